import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portfolio_site', '0001_site_details'),
    ]

    operations = [
        migrations.AddField(
            model_name='sitedetails',
            name='permission_url',
            field=models.URLField(blank=True, help_text='A page that tells whom to ask who wants to train an AI all the same.', validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='where to ask for permission'),
        ),
        migrations.AddField(
            model_name='sitedetails',
            name='reserves_ai_training',
            field=models.BooleanField(default=True, help_text="For robots.txt, and for every page that is no artist's own; artists say it for their own pages and pictures in their profiles. Those are requests, not locks: most companies heed them, some do not.", verbose_name='ask that no AI is trained on this site'),
        ),
    ]
