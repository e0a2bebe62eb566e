import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_tokens_scopes_and_kept_answers'),
    ]

    operations = [
        migrations.AddField(
            model_name='artist',
            name='permission_url',
            field=models.URLField(blank=True, help_text='A page that tells how to get a picture of yours for a book, a poster or anything else.', validators=[django.core.validators.URLValidator(schemes=['http', 'https'])], verbose_name='where to ask for permission'),
        ),
        migrations.AddField(
            model_name='artist',
            name='reserves_ai_training',
            field=models.BooleanField(default=True, help_text='Your pages and pictures then say so in every way that machines read. Those are requests, not locks: most companies heed them, some do not. Sizes of a picture that are made already keep what stands inside them.', verbose_name='ask that no AI is trained on my work'),
        ),
        migrations.CreateModel(
            name='FormerArtistAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=90)),
                ('artist', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_addresses', to='accounts.artist')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
