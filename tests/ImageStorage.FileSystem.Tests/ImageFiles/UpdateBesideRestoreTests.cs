using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.FileSystem.Tests.ImageFiles;

/// <summary>
/// A restore, and a repair of a replica, store the same version, with its ETag, in another encoding: in a hybrid store the
/// encoding names the content. An update that read the record before must not bring the old encoding back.
/// </summary>
[Parallelizable(ParallelScope.All)]
public class UpdateBesideRestoreTests
{
    private static readonly ImageKey Key = "a.png";

    [Test]
    public async Task Update_is_applied_to_the_restored_record([Values] bool conditional)
    {
        var medium = new InMemoryVolume();
        var clock = new ManualClock();
        await using var other = new FileSystemImageProvider(medium, Durability.Full, true, clock);
        var before = await other.PutAsync(RequestOf("first"));
        var isStaging = true;
        var volume = new ObservedVolume(medium, call =>
        {
            if (isStaging && call.Operation == VolumeOperation.CreateNew && call.Path.Contains("staging", StringComparison.Ordinal))
            {
                isStaging = false;
                Task.Run(() => other.PutAsync(RequestOf("second") with { NewETag = before.ETag, CreatedAt = before.CreatedAt, ModifiedAt = before.ModifiedAt })).GetAwaiter().GetResult();
            }
        });
        await using var provider = new FileSystemImageProvider(volume, Durability.Full, true, clock);

        var updated = await provider.UpdateAsync(Key, new RecordUpdate { Tags = ["x"], Precondition = conditional ? new IfMatch(before.ETag) : null });

        Assert.That(isStaging, Is.False);
        var stored = await other.GetInfoAsync(Key);
        Assert.That(stored?.Encoding?.Name, Is.EqualTo("second"));
        Assert.That(stored?.Tags, Is.EqualTo(new[] { "x" }));
        Assert.That(stored?.ETag, Is.EqualTo(updated?.ETag).And.Not.EqualTo(before.ETag));
    }

    private static PutRequest RequestOf(string encoding) => new()
    {
        Key = Key,
        Content = new PieceContent(SampleImages.OfLength(300, 1), 100),
        ContentType = "image/png",
        Width = 16,
        Height = 16,
        Encoding = encoding,
    };
}
