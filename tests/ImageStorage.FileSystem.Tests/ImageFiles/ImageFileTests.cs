using System.Buffers.Binary;
using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.ImageFiles;

/// <summary>Altered image files: the result is correct, or an error (P2).</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ImageFileTests
{
    private const string Key = "folder/cat.png";
    private static readonly string Path = ImagePaths.Of(Key);
    private static readonly byte[] Bytes = Pictures.Of(300, 1);

    [Test]
    public async Task Every_flipped_bit_is_found_or_harmless([Range(0, 7)] int bit)
    {
        var (volume, info) = await ArrangeAsync();
        var file = volume.ReadAll(Path);
        using var provider = StoreCheck.Open(volume, new ManualClock());
        var storage = new ImageStorageManager(provider);
        for (var position = 0; position < file.Length; position++)
        {
            volume.Tamper(Path, _ => [.. file[..position], (byte)(file[position] ^ (1 << bit)), .. file[(position + 1)..]]);
            await AssertFoundOrHarmlessAsync(storage, info, isPayload: position < Bytes.Length, $"bit {bit} of byte {position} of {file.Length}");
        }
    }

    [Test]
    public async Task Every_truncation_is_found()
    {
        var (volume, info) = await ArrangeAsync();
        var file = volume.ReadAll(Path);
        using var provider = StoreCheck.Open(volume, new ManualClock());
        var storage = new ImageStorageManager(provider);
        for (var length = 0; length < file.Length; length++)
        {
            volume.Tamper(Path, _ => file[..length]);
            Assert.That(await FailureAsync(() => storage.GetBytesAsync(Key)), Is.TypeOf<ImageCorruptedException>(), $"cut to {length}");
            Assert.That(await FailureAsync(() => storage.GetInfoAsync(Key)), Is.TypeOf<ImageCorruptedException>(), $"cut to {length}");
        }

        volume.Tamper(Path, _ => [.. file, 0]);
        Assert.That(await FailureAsync(() => storage.GetBytesAsync(Key)), Is.TypeOf<ImageCorruptedException>(), "one byte more");
        volume.Tamper(Path, _ => file);
        Assert.That(await storage.GetInfoAsync(Key), Is.EqualTo(info));
    }

    [Test]
    public async Task Random_rubbish_is_never_an_image()
    {
        var seed = TestSeed.Next();
        var random = new Random(seed);
        var (volume, _) = await ArrangeAsync();
        var file = volume.ReadAll(Path);
        using var provider = StoreCheck.Open(volume, new ManualClock());
        var storage = new ImageStorageManager(provider);
        for (var i = 0; i < 2_000; i++)
        {
            var rubbish = new byte[random.Next(0, 600)];
            random.NextBytes(rubbish);

            // Half of them start with a sound trailer magic, so that the later fields are reached.
            if (rubbish.Length > 48 && random.Next(2) == 0)
            {
                file.AsSpan(file.Length - 48, random.Next(8, 33)).CopyTo(rubbish.AsSpan(rubbish.Length - 48));
            }

            volume.Tamper(Path, _ => rubbish);
            Assert.That(await FailureAsync(() => storage.GetBytesAsync(Key)), Is.TypeOf<ImageCorruptedException>().Or.TypeOf<StorageNotSupportedException>(), $"seed {seed}, {i}");
        }
    }

    [Test]
    public async Task A_newer_version_is_not_supported_and_hides_no_other_image()
    {
        var (volume, _) = await ArrangeAsync();
        volume.Tamper(Path, file =>
        {
            BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(file.Length - 48 + 8), 2);
            return file;
        });
        using var provider = StoreCheck.Open(volume, new ManualClock());
        var storage = new ImageStorageManager(provider);

        Assert.That(await FailureAsync(() => storage.GetBytesAsync(Key)), Is.TypeOf<StorageNotSupportedException>());
        Assert.That(await FailureAsync(() => storage.GetInfoAsync(Key)), Is.TypeOf<StorageNotSupportedException>());
        await storage.SaveBytesAsync("other.png", Bytes);
        foreach (var order in Enum.GetValues<ImageOrder>())
        {
            Assert.That((await storage.ListAsync(new ImageQuery { Order = order })).Items.Select(info => info.Key.Value), Is.EqualTo(new[] { "other.png" }), $"{order}");
        }

        var found = await VerificationAsync(provider);
        Assert.That(found.Select(item => (item.Name, item.Status)), Is.EquivalentTo(new[] { (Key, VerificationStatus.Newer), ("other.png", VerificationStatus.Sound) }));
    }

    [Test]
    public async Task A_copied_or_renamed_file_is_not_served_as_another_image()
    {
        var (volume, info) = await ArrangeAsync();
        var file = volume.ReadAll(Path);
        Write(volume, "images/folder/dog.png", file);
        Write(volume, "images/folder/%63at.png", file);
        using var provider = StoreCheck.Open(volume, new ManualClock());
        var storage = new ImageStorageManager(provider);

        Assert.That(await FailureAsync(() => storage.GetBytesAsync("folder/dog.png")), Is.TypeOf<ImageCorruptedException>().With.Message.Contain(Key));
        foreach (var order in Enum.GetValues<ImageOrder>())
        {
            Assert.That((await storage.ListAsync(new ImageQuery { Order = order })).Items, Is.EqualTo(new[] { info }), $"{order}");
        }

        var found = await VerificationAsync(provider);
        Assert.That(found.Select(item => (item.Name, item.Status)), Is.EquivalentTo(new[]
        {
            (Key, VerificationStatus.Sound),
            ("folder/dog.png", VerificationStatus.Corrupted),
            ("images/folder/%63at.png", VerificationStatus.Stray),
        }));
    }

    private static async Task<(InMemoryVolume Volume, ImageInfo Info)> ArrangeAsync()
    {
        var volume = new InMemoryVolume();
        using var provider = StoreCheck.Open(volume, new ManualClock());
        var info = await new ImageStorageManager(provider).SaveBytesAsync(Key, Bytes, new SaveOptions { FileName = "cat.png", Tags = ["a", "b"], Metadata = new Dictionary<string, string> { ["x"] = "y" } });
        return (volume, info);
    }

    private static async Task AssertFoundOrHarmlessAsync(ImageStorageManager storage, ImageInfo info, bool isPayload, string what)
    {
        var read = await FailureAsync(() => storage.GetBytesAsync(Key));
        Assert.That(read, Is.TypeOf<ImageCorruptedException>().Or.TypeOf<StorageNotSupportedException>(), what);

        // The record does not depend on the payload.
        ImageInfo? found = null;
        var asked = await FailureAsync(async () => found = await storage.GetInfoAsync(Key));
        Assert.That(asked, isPayload ? Is.Null : Is.TypeOf<ImageCorruptedException>().Or.TypeOf<StorageNotSupportedException>(), what);
        Assert.That(found, isPayload ? Is.EqualTo(info) : Is.Null, what);

        // No listing fails because of the damage.
        Assert.That((await storage.ListAsync(new ImageQuery())).Items, Has.Count.EqualTo(isPayload ? 1 : 0), what);
    }

    private static void Write(InMemoryVolume volume, string path, byte[] bytes)
    {
        using var file = volume.CreateNew(path, 0);
        file.Write(bytes, 0);
    }

    private static async Task<List<VerificationItem>> VerificationAsync(FileSystemImageProvider provider)
    {
        var items = new List<VerificationItem>();
        await foreach (var item in provider.VerifyAsync())
        {
            items.Add(item);
        }

        return items;
    }

    private static async Task<Exception?> FailureAsync(Func<Task> act)
    {
        try
        {
            await act();
            return null;
        }
        catch (Exception exception)
        {
            // The test judges the exception.
            return exception;
        }
    }
}
