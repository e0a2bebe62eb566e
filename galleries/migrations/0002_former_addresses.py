import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('galleries', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='FormerGalleryAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=90)),
                ('gallery', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_addresses', to='galleries.gallery')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
