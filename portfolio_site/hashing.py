"""Static files under names that change with what they hold."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """With the names that scripts import each other by; Django finds only statements that end in a semicolon."""

    support_js_module_import_aggregation = True
