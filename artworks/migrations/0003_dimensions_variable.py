from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('artworks', '0002_colour_and_tiles'),
    ]

    operations = [
        migrations.AddField(
            model_name='artwork',
            name='dimensions_variable',
            field=models.BooleanField(default=False, verbose_name='dimensions variable'),
        ),
    ]
