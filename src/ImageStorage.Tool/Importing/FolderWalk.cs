using System.Security;

namespace ImageStorage.Tool.Importing;

/// <summary>
/// All files below a folder, one after the other and never all at once, so that a folder of any size needs no memory.
/// Links to folders are not followed: they may lead in circles or anywhere. What cannot be read is handed out as a
/// failure, and the walk goes on.
/// </summary>
/// <param name="root">The folder.</param>
/// <param name="except">Folders to leave out, when the store lies inside what is imported.</param>
internal sealed class FolderWalk(string root, IReadOnlyList<string> except)
{
    /// <summary>What stores keep for themselves; a key must not begin with it either.</summary>
    private const string ReservedFolder = ".imagestorage";

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    /// <summary>How many links to folders were passed by.</summary>
    public long LinkedFolders { get; private set; }

    public IEnumerable<ImportCandidate> Walk()
    {
        var folders = new Stack<DirectoryInfo>([new DirectoryInfo(root)]);
        while (folders.TryPop(out var folder))
        {
            foreach (var (entry, failure) in Entries(folder))
            {
                if (entry is null)
                {
                    yield return new ImportCandidate(Relative(folder), null, failure);
                }
                else if (entry is DirectoryInfo inner)
                {
                    if (inner.LinkTarget is not null)
                    {
                        LinkedFolders++;
                    }
                    else if (inner.Name != ReservedFolder && !IsExcepted(inner))
                    {
                        folders.Push(inner);
                    }
                }
                else
                {
                    yield return new ImportCandidate(Relative(entry), (FileInfo)entry);
                }
            }
        }
    }

    private string Relative(FileSystemInfo entry) => Path.GetRelativePath(root, entry.FullName);

    private bool IsExcepted(DirectoryInfo folder) => except.Contains(folder.FullName, StringComparer.Ordinal);

    // By hand, since an iterator cannot yield inside a catch and one unreadable folder must not end the walk.
    private static IEnumerable<(FileSystemInfo? Entry, Exception? Failure)> Entries(DirectoryInfo folder)
    {
        Exception? failure = null;
        IEnumerator<FileSystemInfo>? entries = null;
        try
        {
            while (failure is null)
            {
                FileSystemInfo? entry = null;
                try
                {
                    entries ??= folder.EnumerateFileSystemInfos("*", Everything).GetEnumerator();
                    entry = entries.MoveNext() ? entries.Current : null;
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SecurityException)
                {
                    failure = exception;
                }

                if (entry is null)
                {
                    break;
                }

                yield return (entry, null);
            }
        }
        finally
        {
            entries?.Dispose();
        }

        if (failure is not null)
        {
            yield return (null, failure);
        }
    }
}
