using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Documents;

/// <summary>Altered document files: reported, never returned, and no obstacle to a new one (P2).</summary>
[Parallelizable(ParallelScope.All)]
public sealed class DocumentFileTests
{
    private const string Path = ".imagestorage/documents/=notes/=a";
    private static readonly byte[] Content = [.. Enumerable.Range(0, 60).Select(i => (byte)i)];

    [Test]
    public async Task Every_flipped_bit_and_every_truncation_is_found()
    {
        var volume = await ArrangeAsync();
        using var provider = StoreCheck.Open(volume, new ManualClock());
        var file = volume.ReadAll(Path);
        for (var bit = 0; bit < file.Length * 8; bit++)
        {
            volume.Tamper(Path, _ =>
            {
                var changed = file.ToArray();
                changed[bit / 8] ^= (byte)(1 << (bit % 8));
                return changed;
            });
            Assert.ThrowsAsync<StorageCorruptedException>(() => provider.Documents.GetAsync("notes/a"), $"bit {bit} of {file.Length * 8}");
        }

        for (var length = 0; length < file.Length; length++)
        {
            volume.Tamper(Path, _ => file[..length]);
            Assert.ThrowsAsync<StorageCorruptedException>(() => provider.Documents.GetAsync("notes/a"), $"cut to {length}");
        }
    }

    [Test]
    public async Task A_damaged_document_can_be_replaced_and_deleted([Values] bool isDelete)
    {
        var volume = await ArrangeAsync();
        using var provider = StoreCheck.Open(volume, new ManualClock());
        volume.Tamper(Path, file => file[1..]);

        if (isDelete)
        {
            Assert.That(await provider.Documents.DeleteAsync("notes/a"), Is.True);
            Assert.That(await provider.Documents.GetAsync("notes/a"), Is.Null);
        }
        else
        {
            await provider.Documents.PutAsync("notes/a", Content);
            Assert.That((await provider.Documents.GetAsync("notes/a"))!.Content.ToArray(), Is.EqualTo(Content));
        }
    }

    [TestCase("other/collection", ".imagestorage/documents/=other/=collection")]
    [TestCase("notes/a/b/c.json", ".imagestorage/documents/=notes/=a!b!c.json")]
    [TestCase("con/nul", ".imagestorage/documents/=con/=nul")]
    public async Task The_path_of_a_document_follows_from_its_name(string name, string path)
    {
        var volume = new InMemoryVolume(NameRules.Strictest);
        using var provider = StoreCheck.Open(volume, new ManualClock());
        await provider.Documents.PutAsync(name, Content);

        Assert.That(volume.FileExists(path), Is.True);
        Assert.That((await provider.Documents.ListAsync(name[..(name.IndexOf('/', StringComparison.Ordinal) + 1)])).Select(found => found.Value), Is.EqualTo(new[] { name }));
    }

    private static async Task<InMemoryVolume> ArrangeAsync()
    {
        var volume = new InMemoryVolume();
        using var provider = StoreCheck.Open(volume, new ManualClock());
        await provider.Documents.PutAsync("notes/a", Content, DocumentETag.None);
        return volume;
    }
}
