using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Staging;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Listing;

/// <summary>
/// Walks the tree of images in the order of their keys, lazily, from any key on, with bounded memory for any number of
/// images in one folder.
/// </summary>
/// <param name="volume">The volume of the store.</param>
/// <param name="batchLength">The number of names of a folder in memory at once.</param>
/// <param name="emptyFolder">Called for each folder without an entry.</param>
/// <param name="visited">Called after each read of a folder, before its names are used.</param>
/// <param name="createFile">
/// Creates a file for the names of a folder that exceed the batch: the folder is read once. Without it, or if the file
/// cannot be written, the folder is read once for each batch of its smallest names. The latter suits a walk that ends
/// after a few images.
/// </param>
internal sealed class ImageTreeWalker(IVolume volume, int batchLength, Action<string>? emptyFolder = null, Action? visited = null, Func<StagedFile>? createFile = null)
{
    /// <summary>
    /// Returns the images after a key, and the files and folders that the library did not write if <paramref
    /// name="includeForeign"/> is set.
    /// </summary>
    public IEnumerable<WalkedFile> Walk(string? after = null, string? prefix = null, bool includeForeign = false) =>
        WalkFolder(ImagePaths.Root, string.Empty, new Filter(after, prefix, includeForeign));

    private IEnumerable<WalkedFile> WalkFolder(string folder, string front, Filter filter)
    {
        // A subfolder is opened when the text of its keys is reached. Subfolders with interleaving keys are merged.
        var opened = new PriorityQueue<IEnumerator<WalkedFile>, string>(StringComparer.Ordinal);
        using var children = ReadChildren(folder, front, filter).GetEnumerator();
        var isCanonical = IsCanonical(folder, front);
        try
        {
            var hasChild = children.MoveNext();
            while (true)
            {
                if (hasChild && (!opened.TryPeek(out _, out var next) || string.CompareOrdinal(children.Current.Text, next) <= 0))
                {
                    var child = children.Current;
                    if (child.IsFolder)
                    {
                        Enqueue(WalkFolder($"{folder}/{child.Name}", child.Text, filter).GetEnumerator(), child.Text);
                    }
                    else
                    {
                        yield return ToFile(folder, child, isCanonical);
                    }

                    hasChild = children.MoveNext();
                }
                else if (opened.TryPeek(out var subfolder, out var text))
                {
                    // It stays in the queue meanwhile, where a walk that ends here disposes it.
                    yield return subfolder.Current;
                    opened.Dequeue();
                    Enqueue(subfolder, text);
                }
                else
                {
                    yield break;
                }
            }
        }
        finally
        {
            while (opened.TryDequeue(out var subfolder, out _))
            {
                subfolder.Dispose();
            }
        }

        void Enqueue(IEnumerator<WalkedFile> subfolder, string text)
        {
            if (subfolder.MoveNext())
            {
                opened.Enqueue(subfolder, subfolder.Current.Key?.Value ?? text);
            }
            else
            {
                subfolder.Dispose();
            }
        }
    }

    /// <summary>Returns the entries of a folder in the order of their texts.</summary>
    private IEnumerable<FolderChild> ReadChildren(string folder, string front, Filter filter)
    {
        using var sorted = createFile is null ? null : TrySort(folder, front, filter, createFile);
        foreach (var child in sorted?.Read() ?? ReadBatches(folder, front, filter))
        {
            yield return child;
        }
    }

    /// <summary>Returns <see langword="null"/> if the names need a file that cannot be written.</summary>
    private SortedChildren? TrySort(string folder, string front, Filter filter, Func<StagedFile> create)
    {
        var (isFull, isComplete) = (false, false);
        var sorted = new SortedChildren(front, batchLength, create);
        try
        {
            VisitChildren(folder, front, filter, child => isFull = isFull || !sorted.TryAdd(child));
            isComplete = !isFull;
            return isComplete ? sorted : null;
        }
        finally
        {
            if (!isComplete)
            {
                sorted.Dispose();
            }
        }
    }

    private IEnumerable<FolderChild> ReadBatches(string folder, string front, Filter filter)
    {
        FolderChild? last = null;
        var more = true;
        while (more)
        {
            // The greatest child of the batch is on top, where a smaller one replaces it.
            var batch = new PriorityQueue<FolderChild, FolderChild>(Comparer<FolderChild>.Create((x, y) => y.CompareTo(x)));
            more = false;
            VisitChildren(folder, front, filter, child =>
            {
                if (last is { } from && child.CompareTo(from) <= 0)
                {
                    return;
                }

                if (batch.Count == batchLength)
                {
                    more = true;
                    batch.EnqueueDequeue(child, child);
                }
                else
                {
                    batch.Enqueue(child, child);
                }
            });

            var children = batch.UnorderedItems.Select(item => item.Element).ToArray();
            Array.Sort(children);
            foreach (var child in children)
            {
                yield return child;
            }

            last = children.Length > 0 ? children[^1] : last;
        }
    }

    private void VisitChildren(string folder, string front, Filter filter, Action<FolderChild> visit)
    {
        var isEmpty = true;
        var exists = volume.VisitDirectory(folder, (name, isDirectory) =>
        {
            isEmpty = false;
            if (FolderChild.Of(front, name, isDirectory) is var child && filter.MayHold(child.Text, child.IsFolder, child.IsForeign))
            {
                visit(child);
            }
        });
        visited?.Invoke();
        if (exists && isEmpty && folder != ImagePaths.Root)
        {
            emptyFolder?.Invoke(folder);
        }
    }

    // A name that decodes to a key, but is not the encoded name of that key, was not written by the library either.
    private static WalkedFile ToFile(string folder, in FolderChild child, bool isCanonical)
    {
        var path = $"{folder}/{child.Name}";
        return new WalkedFile(path, !child.IsForeign && ImageKey.TryParse(child.Text, out var key) && ((isCanonical && ImagePaths.IsPlain(child.Name)) || ImagePaths.Of(key) == path) ? (ImageKey?)key : null);
    }

    /// <summary>Returns whether a folder is the folder of images whose keys begin with a text.</summary>
    private static bool IsCanonical(string folder, string front)
    {
        const string Plain = "a.b";
        return ImageKey.TryParse(front + Plain, out var key) && ImagePaths.Of(key) == $"{folder}/{Plain}";
    }

    private sealed record Filter(string? After, string? Prefix, bool IncludeForeign)
    {
        public bool MayHold(string text, bool isFolder, bool isForeign)
        {
            if (isForeign)
            {
                return IncludeForeign;
            }

            // The keys of a folder begin with its text, and may all follow a key that begins with it too.
            return isFolder
                ? (After is null || After.StartsWith(text, StringComparison.Ordinal) || string.CompareOrdinal(text, After) > 0)
                    && (Prefix is null || text.StartsWith(Prefix, StringComparison.Ordinal) || Prefix.StartsWith(text, StringComparison.Ordinal))
                : (After is null || string.CompareOrdinal(text, After) > 0) && (Prefix is null || text.StartsWith(Prefix, StringComparison.Ordinal));
        }
    }
}

/// <summary>A file, or a foreign folder, in the tree of images.</summary>
/// <param name="Path">The path, relative to the root of the store.</param>
/// <param name="Key">The key of the image, or <see langword="null"/> for a file or folder that the library did not
/// write.</param>
internal readonly record struct WalkedFile(string Path, ImageKey? Key);
