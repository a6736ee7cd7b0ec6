using System.Collections.Concurrent;
using ImageStorage.FileSystem.Flushing;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Trees;

/// <summary>
/// Stores very many files in the order of their names, in folders that stay small. A name is stored in the first folder
/// on its path that is not full; the path consists of the first characters of the name. Few names use one folder, and a
/// listing from any name on, forward or backward, reads a few small folders.
/// </summary>
/// <remarks>
/// <code>
/// root/            up to about 128 names; then, for a name that begins with "08ded4":
/// root/08ded~/     up to about 128 that begin with "08ded"; then
/// root/08ded~/4~/  up to about 128 that begin with "08ded4"; and so on
/// </code>
/// The folder of a name depends on the time of its arrival. Readers therefore check every folder on the path of a name,
/// and listings merge them. Nothing depends on a folder being full, so the count of a folder is an estimate: inexact,
/// not shared between processes, and held in memory.
/// </remarks>
internal sealed class NameTree(IVolume volume, DurableDirectories directories, string root, NameScheme scheme)
{
    /// <summary>The number of names in a folder before names go one folder deeper.</summary>
    public const int FolderCapacity = 128;

    private const int MaxCounts = 4096;
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private volatile InsertionPoint? _last;

    /// <summary>Gets the root folder of the tree.</summary>
    public string Root => root;

    /// <summary>Returns the path of an existing name, or <see langword="null"/>.</summary>
    public string? Find(string name) => FindAll(name).FirstOrDefault();

    /// <summary>Returns the path for a new name.</summary>
    public string ChoosePath(string name)
    {
        // Names mostly arrive in order, so the folder of the last name is a good guess. Like the counts, it is an
        // estimate.
        var last = _last;
        var (folder, level) = last is not null && name.StartsWith(last.Prefix, StringComparison.Ordinal) ? (last.Folder, last.Level) : (root, 1);
        for (; CountOf(folder) >= FolderCapacity && scheme.PrefixAt(name, level) is { } prefix; level++)
        {
            folder = $"{folder}/{scheme.FolderName(prefix)}";
            _last = new InsertionPoint(prefix, folder, level + 1);
        }

        return $"{folder}/{NameScheme.FileName(name)}";
    }

    /// <summary>Puts a file at its path with an action that fails if the folder is missing.</summary>
    public void Put(string path, Action<string> put)
    {
        var folder = DurableDirectories.ParentOf(path);
        directories.WithFolder(folder, () => put(path));
        _counts.AddOrUpdate(folder, 1, (_, count) => count + 1);
    }

    /// <summary>
    /// Deletes a name from every folder that has it. Returns the folders; none if the name did not exist.
    /// </summary>
    public IReadOnlyList<string> Delete(string name)
    {
        // All paths are found before the first is deleted: if one lookup fails, nothing has happened yet.
        var changed = new List<string>();
        foreach (var path in FindAll(name).ToList())
        {
            var folder = DurableDirectories.ParentOf(path);
            if (volume.DeleteFile(path))
            {
                changed.Add(folder);
            }

            if (_counts.TryGetValue(folder, out var count))
            {
                _counts.TryUpdate(folder, Math.Max(0, count - 1), count);
            }
        }

        return changed;
    }

    /// <summary>Returns the folders on the path of a name: the root, and the folders below that exist.</summary>
    public IEnumerable<string> FoldersOf(string name)
    {
        var folder = root;
        for (var level = 1; ; level++)
        {
            yield return folder;
            if (scheme.PrefixAt(name, level) is not { } prefix)
            {
                yield break;
            }

            folder = $"{folder}/{scheme.FolderName(prefix)}";
            if (!volume.DirectoryExists(folder))
            {
                yield break;
            }
        }
    }

    /// <summary>Returns the names of a range in order, and reads the folders lazily.</summary>
    public IEnumerable<string> Enumerate(NameRange range) => EnumerateFolder(root, string.Empty, range);

    private IEnumerable<string> FindAll(string name) =>
        FoldersOf(name).Select(folder => $"{folder}/{NameScheme.FileName(name)}").Where(volume.FileExists);

    private IEnumerable<string> EnumerateFolder(string folder, string front, NameRange range)
    {
        var (names, subfolders) = ReadFolder(folder, front, range);
        var direction = range.Descending ? -1 : 1;
        var next = 0;
        foreach (var subfolder in subfolders)
        {
            foreach (var name in EnumerateFolder($"{folder}/{scheme.FolderName(subfolder)}", subfolder, range))
            {
                while (next < names.Count && direction * scheme.Comparer.Compare(names[next], name) <= 0)
                {
                    yield return names[next++];
                }

                yield return name;
            }
        }

        while (next < names.Count)
        {
            yield return names[next++];
        }
    }

    private (List<string> Names, List<string> Subfolders) ReadFolder(string folder, string front, NameRange range)
    {
        var names = new List<string>();
        var subfolders = new List<string>();
        volume.VisitDirectory(folder, (entry, isDirectory) =>
        {
            if (isDirectory)
            {
                if (scheme.TryReadFolder(entry, front, out var subfolder) && range.MayContain(subfolder))
                {
                    subfolders.Add(subfolder);
                }
            }
            else if (NameScheme.TryReadFile(entry, out var name) && range.Contains(scheme, name))
            {
                names.Add(name);
            }
        });

        names.Sort(scheme.Comparer);
        subfolders.Sort(StringComparer.Ordinal);
        if (range.Descending)
        {
            names.Reverse();
            subfolders.Reverse();
        }

        return (names, subfolders);
    }

    private int CountOf(string folder)
    {
        if (_counts.TryGetValue(folder, out var known))
        {
            return known;
        }

        var count = 0;
        volume.VisitDirectory(folder, (_, isDirectory) => count += isDirectory ? 0 : 1);
        if (_counts.Count >= MaxCounts)
        {
            _counts.Clear();
        }

        return _counts.GetOrAdd(folder, count);
    }

    private sealed record InsertionPoint(string Prefix, string Folder, int Level);
}
