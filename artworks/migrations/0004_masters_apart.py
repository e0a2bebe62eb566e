"""Masters are files of their own kind, in a folder of their own; whoever asks first has them developed."""

from django.db import migrations
from django.db.models import Value
from django.db.models.functions import Replace


def rename(apps, schema_editor):
    images = apps.get_model("artworks", "ArtworkImage").objects.filter(master__endswith="/master.jpg")
    folder = Replace("master", Value("/master.jpg"), Value(".ppm"))
    images.update(master=Replace(folder, Value("originals/"), Value("masters/")))


class Migration(migrations.Migration):
    dependencies = [("artworks", "0003_dimensions_variable")]

    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]
