from django.db import migrations


def let_artists_in(apps, schema_editor):
    """Who became an artist before there was a studio gets into it as well."""
    user, group = apps.get_model("accounts.User"), apps.get_model("auth.Group")
    artists = user.objects.filter(artist__isnull=False)
    if artists.exists():
        artists.update(is_staff=True)
        group.objects.get_or_create(name="Artists")[0].user_set.add(*artists)


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0002_leaving_and_invitations"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(let_artists_in, migrations.RunPython.noop)]
