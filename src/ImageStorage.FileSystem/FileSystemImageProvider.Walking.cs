using System.Runtime.CompilerServices;
using ImageStorage.FileSystem.Listing;

namespace ImageStorage.FileSystem;

public sealed partial class FileSystemImageProvider
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<WalkedImage> WalkAsync(WalkOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        options ??= new WalkOptions();
        cancellationToken.ThrowIfCancellationRequested();
        await PoolThread.Switch();
        if (!Walking(() => _store.OpenForReading(cancellationToken)))
        {
            yield break;
        }

        using var files = WalkAll().Walk(options.After?.Value, options.Prefix).GetEnumerator();
        Func<bool> next = files.MoveNext;
        while (Walking(next))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (files.Current.Key is { } key && (options.Records ? Walking(() => ReadListed(key, null)) : new WalkedImage { Key = key }) is { } image)
            {
                yield return image;
            }
        }

        // Images that disappeared in the middle would only make the walk shorter.
        Walking(() =>
        {
            _store.ConfirmImages();
            return true;
        });
    }

    // Sorts the names of a larger folder in a staged file.
    private ImageTreeWalker WalkAll() => new(_store.Volume, WalkBatch, _store.EmptyFolders.Add, createFile: () => _store.Staging.Create(0));

    private static T Walking<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "walking over the images", null);
        }
    }
}
