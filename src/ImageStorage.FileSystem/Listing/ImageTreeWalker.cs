using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Listing;

/// <summary>
/// Walks the tree of images in the order of their keys, lazily, from any key on. A folder is read in batches of its
/// smallest names, so that memory is bounded however many images lie in one folder; that costs one more reading of the
/// folder for each batch.
/// </summary>
/// <param name="volume">Where.</param>
/// <param name="batchLength">How many names of a folder are in memory at once.</param>
/// <param name="emptyFolder">Called with each folder that has no entry, after it was read.</param>
/// <param name="visited">Called after each reading of a folder, before anything of it is used.</param>
internal sealed class ImageTreeWalker(IVolume volume, int batchLength, Action<string>? emptyFolder = null, Action? visited = null)
{
    /// <summary>The images behind a key, and whatever else lies there where <paramref name="includeForeign"/> is set.</summary>
    public IEnumerable<WalkedFile> Walk(string? after = null, string? prefix = null, bool includeForeign = false) =>
        WalkFolder(ImagePaths.Root, string.Empty, new Filter(after, prefix, includeForeign));

    private IEnumerable<WalkedFile> WalkFolder(string folder, string front, Filter filter)
    {
        // Children by the least key that they may still give. A subfolder stands in the queue with the front of its keys
        // until it is opened, then with its next key; so subfolders whose keys interleave are merged.
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
        // The greatest of the batch on top, to be pushed out by a smaller one.
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

    // Two children may have the same text (the image a, and the strays of a folder); the name makes the order of a batch
    // total, behind a character that no key has.
    private static string SortTextOf(string text, Child child) => $"{text}\0{child.Name}";

    private static string TextOf(string order) => order[..order.IndexOf('\0', StringComparison.Ordinal)];

    // A name that could be read as a key, but is not the one that the key has, was not made by the library either.
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

            // The keys of a folder begin with its text and may all come behind a key that begins with it too.
            return isFolder
                ? (After is null || After.StartsWith(text, StringComparison.Ordinal) || string.CompareOrdinal(text, After) > 0)
                    && (Prefix is null || text.StartsWith(Prefix, StringComparison.Ordinal) || Prefix.StartsWith(text, StringComparison.Ordinal))
                : (After is null || string.CompareOrdinal(text, After) > 0) && (Prefix is null || text.StartsWith(Prefix, StringComparison.Ordinal));
        }
    }
}
