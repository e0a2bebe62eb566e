"""From a site to a backup, while the site serves.

The database is copied first: every row in the copy then has its file, which in the other order it has not.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from portfolio_site.backups import Backup, File, files_of, is_named, live_database, source
from portfolio_site.copying import Damaged, Progress, Say, bytes_in, copy, counted, have_room, in_words, size

TRIES = 50  # while works are purged within seconds of their upload: ten were not enough for a backup in twenty


@dataclass(frozen=True)
class Outcome:
    database: Path
    images: int
    copied: int
    bytes: int
    forgotten: int
    troubles: list[str]


def back_up(backup: Backup, say: Say, *, keep: int = 7, every_byte: bool = False) -> Outcome:
    """Bring a backup up to date. What an interrupted run had copied is not copied again."""
    with in_words(backup.root):
        backup.open_for_writing()
        with backup.alone():
            backup.sweep()
            try:
                return Run(backup, say, every_byte).finish(keep)
            finally:
                with suppress(OSError):
                    backup.sweep()


class Run:
    def __init__(self, backup: Backup, say: Say, every_byte: bool) -> None:
        self.backup, self.say, self.every_byte = backup, say, every_byte
        self.copied = self.bytes = 0
        self.troubles: list[str] = []

    def finish(self, keep: int) -> Outcome:
        for left in reversed(range(TRIES)):
            self.say("Copying the database")
            database = self.backup.copy_database()
            files = files_of(database)
            lost = self.copy_files(files)
            # A work purged meanwhile is in the copy. Unless a run before has its file, a new copy must forget it.
            purged = {file for file in lost if not is_named(live_database(), file) and self.backup_has(file)}
            if not left or all(file in purged or is_named(live_database(), file) for file in lost):
                break
        self.troubles = [words for file, words in lost.items() if file not in purged]
        final = self.backup.publish(database, len(files))
        forgotten = self.backup.forget(keep)
        return Outcome(final, len(files), self.copied, self.bytes, forgotten, self.troubles)

    def copy_files(self, files: Iterable[File]) -> dict[File, str]:
        """What the site has lost, or what cannot be read there, and that in words."""
        lost = {}
        todo = [file for file in self.looked_at(files) if not self.held(file)]
        needed = bytes_in(map(source, todo))
        have_room(self.backup.root, needed)
        progress = Progress(self.say, "Copied", needed)
        if todo:
            self.say(f"Copying {counted(len(todo))}, {size(needed)}")
        for file in todo:
            try:
                self.copy_file(file, progress)
            except Damaged as error:
                held = " The backup holds a whole copy." if self.backup_has(file) else ""
                lost[file] = f"{file.words}: {error}.{held}"
        return lost

    def looked_at(self, files: Iterable[File]) -> Iterator[File]:
        """The same files, with progress where every byte is read."""
        listed = list(files)
        progress = Progress(self.say, "Verified", sum(file.size for file in listed))
        for file in listed:
            yield file
            progress.step(file.size)

    def held(self, file: File) -> bool:
        # What the site has lost is a trouble to be told, though an earlier run may have copied it.
        return file.is_whole(source(file)) and self.backup.holds(file, every_byte=self.every_byte)

    def copy_file(self, file: File, progress: Progress) -> None:
        """Raises `Damaged`, and then what the backup held before is still there."""
        path = source(file)
        if not file.is_whole(path):
            raise Damaged(f"{path} is cut short" if path.is_file() else f"{path} is missing")
        copied = copy(path, self.backup.path(file), file.sha256)
        self.copied += 1
        self.bytes += copied
        progress.step(copied)

    def backup_has(self, file: File) -> bool:
        return file.is_true(self.backup.path(file))
