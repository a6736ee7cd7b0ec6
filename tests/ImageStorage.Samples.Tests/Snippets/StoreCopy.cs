namespace ImageStorage.Samples.Tests.Snippets;

public static class StoreCopy
{
    public static async Task<int> CopyAsync(IImageStorage from, IImageStorage to, CancellationToken cancellationToken = default)
    {
        var copied = 0;
        var unlisted = new List<UnlistedImage>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(from.EnumerateAsync(null, unlisted.Add, cancellationToken), options, async (info, token) =>
        {
            if (await to.GetInfoAsync(info.Key, token) is { } existing && IsSame(info, existing))
            {
                return;
            }

            await using var image = await from.GetAsync(info.Key, cancellationToken: token);
            if (image is not null)
            {
                await to.SaveAsync(info.Key, image.Content, OptionsOf(image.Info), token);
                Interlocked.Increment(ref copied);
            }
        });
        return unlisted.Count == 0
            ? copied
            : throw new InvalidOperationException($"{copied} images were copied, and {unlisted.Count} images of the old store cannot be read: {string.Join(", ", unlisted.Take(20).Select(image => image.Name))}. Restore or delete these images, and copy again.");
    }

    public static async Task<int> DeleteMissingAsync(IImageStorage from, IImageStorage to, CancellationToken cancellationToken = default)
    {
        var deleted = 0;
        await foreach (var info in to.EnumerateAsync(cancellationToken: cancellationToken))
        {
            if (await from.GetInfoAsync(info.Key, cancellationToken) is null && await to.DeleteAsync(info.Key, cancellationToken: cancellationToken))
            {
                deleted++;
            }
        }

        return deleted;
    }

    public static async Task EnsureCompleteAsync(IImageStorage from, IImageStorage to, CancellationToken cancellationToken = default)
    {
        var (expected, actual) = (await from.GetUsageAsync(null, cancellationToken), await to.GetUsageAsync(null, cancellationToken));
        if (actual.Count != expected.Count || expected.Unlisted + actual.Unlisted > 0)
        {
            throw new InvalidOperationException($"The old store has {expected.Count} images and the new store {actual.Count}; {expected.Unlisted} and {actual.Unlisted} images cannot be read.");
        }
    }

    private static bool IsSame(ImageInfo left, ImageInfo right) =>
        left.Length == right.Length && left.XxHash128 == right.XxHash128 && left.FileName == right.FileName
        && left.Tags.SequenceEqual(right.Tags) && left.Metadata.SequenceEqual(right.Metadata);

    private static SaveOptions OptionsOf(ImageInfo info) => new()
    {
        ContentType = info.ContentType,
        ContentLength = info.Length,
        FileName = info.FileName,
        Metadata = info.Metadata,
        Tags = info.Tags,
        CreatedAt = info.CreatedAt,
    };
}
