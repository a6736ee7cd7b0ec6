using ImageStorage.Providers;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>All images of a store at one time, records and bytes, to compare with a later time.</summary>
internal sealed class StoreSnapshot
{
    private readonly List<ImageInfo> _byKey = [];
    private readonly List<ImageInfo> _byCreated = [];
    private StorageUsage? _usage;

    private StoreSnapshot()
    {
    }

    public static async Task<StoreSnapshot> TakeAsync(IImageStorage storage)
    {
        var snapshot = new StoreSnapshot { _usage = await storage.GetUsageAsync() };
        await foreach (var info in storage.EnumerateAsync(new ImageQuery { Order = ImageOrder.KeyAscending, Limit = ImageQuery.MaxLimit }))
        {
            snapshot._byKey.Add(info);
            var bytes = await storage.GetBytesAsync(info.Key);
            Assert.That(bytes is null ? default : PieceContent.DigestOf(bytes, info.Sha256 is not null), Is.EqualTo(info.Digest), $"The bytes of '{info.Key}' do not match its record.");
        }

        await foreach (var info in storage.EnumerateAsync(new ImageQuery { Order = ImageOrder.CreatedAscending, Limit = ImageQuery.MaxLimit }))
        {
            snapshot._byCreated.Add(info);
        }

        return snapshot;
    }

    /// <summary>Fails if the store differs from the snapshot.</summary>
    public async Task AssertUnchangedAsync(IImageStorage storage)
    {
        var now = await TakeAsync(storage);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(now._byKey, Is.EqualTo(_byKey), "The images in order of keys have changed.");
            Assert.That(now._byCreated, Is.EqualTo(_byCreated), "The images in order of creation have changed.");
            Assert.That((now._usage!.Count, now._usage.Bytes), Is.EqualTo((_usage!.Count, _usage.Bytes)), "The usage has changed.");
        }
    }
}
