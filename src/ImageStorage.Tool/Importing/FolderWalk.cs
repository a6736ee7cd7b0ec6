using System.Security;

namespace ImageStorage.Tool.Importing;

/// <summary>
/// Enumerates all files below a folder one by one, so that a folder of any size needs no memory. Links to folders are
/// not followed: they may lead in circles or anywhere. An unreadable entry is returned as a failure, and the walk
/// continues. .NET shows bytes of a name that are not valid UTF-8 as U+FFFD, and then opens the file that really has
/// this name; such a name is returned as undecodable, also if another file has U+FFFD in its name.
/// </summary>
/// <param name="root">The folder.</param>
/// <param name="except">Folders to leave out, if the store is inside the imported folder.</param>
internal sealed class FolderWalk(string root, IReadOnlyList<string> except)
{
    /// <summary>The folder that a store reserves for itself; no key begins with this name.</summary>
    private const string ReservedFolder = ".imagestorage";

    private const char Replacement = '\uFFFD';

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    /// <summary>Gets the number of links to folders, which were not followed.</summary>
    public long LinkedFolders { get; private set; }

    /// <summary>Gets the folders that are stores, which were left out: their files hold more than the images.</summary>
    public List<string> Stores { get; } = [];

    public IEnumerable<ImportCandidate> Walk()
    {
        var folders = new Stack<DirectoryInfo>([new DirectoryInfo(root)]);
        while (folders.TryPop(out var folder))
        {
            var doubtful = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (entry, failure) in Entries(folder))
            {
                if (entry is null)
                {
                    yield return new ImportCandidate(Relative(folder), null, failure);
                }
                else if (entry.Name.Contains(Replacement, StringComparison.Ordinal) && !IsDecoded(entry, doubtful))
                {
                    yield return new ImportCandidate(Relative(entry), null, IsUndecodable: true);
                }
                else if (entry is DirectoryInfo inner)
                {
                    if (inner.LinkTarget is not null)
                    {
                        LinkedFolders++;
                    }
                    else if (inner.Name != ReservedFolder && !IsExcepted(inner))
                    {
                        if (IsStore(inner.FullName))
                        {
                            Stores.Add(Relative(inner));
                        }
                        else
                        {
                            folders.Push(inner);
                        }
                    }
                }
                else
                {
                    yield return new ImportCandidate(Relative(entry), (FileInfo)entry);
                }
            }
        }
    }

    /// <summary>Returns whether a folder is a store.</summary>
    public static bool IsStore(string folder) => Directory.Exists(Path.Join(folder, ReservedFolder));

    /// <summary>
    /// Returns whether U+FFFD is really in the name. Of several entries with one decoded name, at most one has the name
    /// itself.
    /// </summary>
    private static bool IsDecoded(FileSystemInfo entry, HashSet<string> seen)
    {
        try
        {
            var isFolder = (File.GetAttributes(entry.FullName) & FileAttributes.Directory) != 0;
            return isFolder == entry is DirectoryInfo && seen.Add(entry.Name);
        }
        catch (IOException)
        {
            // There is no file of that name, so the entry has another one.
            return false;
        }
    }

    private string Relative(FileSystemInfo entry) => Path.GetRelativePath(root, entry.FullName);

    private bool IsExcepted(DirectoryInfo folder) => except.Contains(folder.FullName, StringComparer.Ordinal);

    // An iterator cannot yield inside a catch block, and one unreadable folder must not end the walk.
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
