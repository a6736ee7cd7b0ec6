using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Listing;

/// <summary>
/// Walks the tree of images in the order of their keys, lazily, from any key on. A folder is read in batches of its
/// smallest names, so memory is bounded for any number of images in one folder. Each batch costs another read of the
/// folder.
/// </summary>
/// <param name="volume">The volume of the store.</param>
/// <param name="batchLength">The number of names of a folder in memory at once.</param>
/// <param name="emptyFolder">Called for each folder without an entry.</param>
/// <param name="visited">Called after each read of a folder, before its names are used.</param>
internal sealed class ImageTreeWalker(IVolume volume, int batchLength, Action<string>? emptyFolder = null, Action? visited = null)
{
    /// <summary>
    /// Returns the images after a key, and the files and folders that the library did not write if <paramref
    /// name="includeForeign"/> is set.
    /// </summary>
    public IEnumerable<WalkedFile> Walk(string? after = null, string? prefix = null, bool includeForeign = false) =>
        WalkFolder(ImagePaths.Root, string.Empty, new Filter(after, prefix, includeForeign));

    private IEnumerable<WalkedFile> WalkFolder(string folder, string front, Filter filter)
    {
        // Children are ordered by the least key that they can still yield. A subfolder is in the queue with the prefix
        // of its keys until it is opened, then with its next key. Subfolders with interleaving keys are thereby merged.
        var queue = new PriorityQueue<Child, string>(StringComparer.Ordinal);
        var (loadedUpTo, more) = LoadBatch(folder, front, filter, null, queue);
        while (true)
        {
            if (more && (!queue.TryPeek(out _, out var next) || string.CompareOrdinal(next, loadedUpTo) > 0))
            {
                (loadedUpTo, more) = LoadBatch(folder, front, filter, loadedUpTo, queue);
                continue;
            }

            if (!queue.TryDequeue(out var child, out var text))
            {
                yield break;
            }

            if (child.Opened is null && child.IsFolder)
            {
                child = child with { Opened = WalkFolder($"{folder}/{child.Name}", text, filter).GetEnumerator() };
            }
            else
            {
                yield return child.Opened?.Current ?? ToFile($"{folder}/{child.Name}", child.IsForeign ? null : text);
            }

            if (child.Opened is { } opened)
            {
                if (opened.MoveNext())
                {
                    queue.Enqueue(child, opened.Current.Key?.Value ?? text);
                }
                else
                {
                    opened.Dispose();
                }
            }
        }
    }

    /// <summary>Puts the next smallest children of a folder into the queue.</summary>
    private (string? LoadedUpTo, bool More) LoadBatch(string folder, string front, Filter filter, string? from, PriorityQueue<Child, string> queue)
    {
        // The greatest child of the batch is on top, where a smaller one replaces it.
        var batch = new PriorityQueue<Child, string>(Comparer<string>.Create((x, y) => string.CompareOrdinal(y, x)));
        var more = false;
        var isEmpty = true;
        var exists = volume.VisitDirectory(folder, (name, isDirectory) =>
        {
            isEmpty = false;
            var part = ImagePaths.Decode(name, isDirectory);
            var text = part.Kind switch
            {
                NamePartKind.Foreign => front,
                NamePartKind.Folder => $"{front}{part.Text}/",
                _ => front + part.Text,
            };
            var isFolder = part.Kind is NamePartKind.Folder or NamePartKind.Continued;
            if (!filter.MayHold(text, isFolder, part.Kind == NamePartKind.Foreign))
            {
                return;
            }

            var child = new Child(name.ToString(), isFolder, part.Kind == NamePartKind.Foreign, null);
            var order = SortTextOf(text, child);
            if (from is not null && string.CompareOrdinal(order, from) <= 0)
            {
                return;
            }

            if (batch.Count == batchLength)
            {
                more = true;
                batch.EnqueueDequeue(child, order);
            }
            else
            {
                batch.Enqueue(child, order);
            }
        });
        visited?.Invoke();
        if (exists && isEmpty && folder != ImagePaths.Root)
        {
            emptyFolder?.Invoke(folder);
        }

        var greatest = batch.TryPeek(out _, out var top) ? top : from;
        foreach (var (child, order) in batch.UnorderedItems)
        {
            queue.Enqueue(child, TextOf(order));
        }

        return (greatest, more);
    }

    // Two children may have the same text (the image a, and foreign files of a folder). The name after a character that
    // no key has makes the order total.
    private static string SortTextOf(string text, Child child) => $"{text}\0{child.Name}";

    private static string TextOf(string order) => order[..order.IndexOf('\0', StringComparison.Ordinal)];

    // A name that decodes to a key, but is not the encoded name of that key, was not written by the library either.
    private static WalkedFile ToFile(string path, string? key) => new(path, key is not null && ImageKey.TryParse(key, out var parsed) && ImagePaths.Of(parsed) == path ? (ImageKey?)parsed : null);

    private sealed record Child(string Name, bool IsFolder, bool IsForeign, IEnumerator<WalkedFile>? Opened);

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
