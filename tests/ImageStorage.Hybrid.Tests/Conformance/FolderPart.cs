using ImageStorage.FileSystem;
using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.Hybrid.Tests.Conformance;

/// <summary>A folder as one part of a hybrid store.</summary>
public sealed class FolderPart(Durability durability = Durability.Relaxed) : ProviderHarness
{
    // The table of block hashes, the record and the trailer follow the bytes: magic, lengths, hash.
    private const int TrailerLength = 48;
    private const int PayloadLengthOffset = 16;

    public string Path { get; } = TestFolder.Create();

    public override bool CanDamage => true;

    public override IEnumerable<string> Secrets => [Path];

    public override ValueTask<IImageProvider> OpenAsync(TimeProvider clock) => new(Open(clock));

    public FileSystemImageProvider Open(TimeProvider clock) => new(new FileSystemStorageOptions { Path = Path, Durability = durability }, clock);

    public override ValueTask DamageAsync(ImageKey key, StoreDamage damage)
    {
        var path = FileOf(key);
        var file = File.ReadAllBytes(path);
        var payloadLength = (int)System.Buffers.Binary.BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(file.Length - TrailerLength + PayloadLengthOffset));
        if (damage == StoreDamage.Truncated)
        {
            file = file[..Math.Max(0, payloadLength - 1)];
        }
        else
        {
            file[damage == StoreDamage.Record ? file.Length - TrailerLength - 2 : payloadLength / 2] ^= 0x10;
        }

        File.WriteAllBytes(path, file);
        return ValueTask.CompletedTask;
    }

    /// <summary>The file of an image. Keys of these tests are their own names on disk, but for a suffix where there is no dot.</summary>
    public string FileOf(ImageKey key)
    {
        var path = System.IO.Path.Combine(Path, "images", key.Value);
        return File.Exists(path) ? path : path + ".~";
    }

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(Path, recursive: true);
        return base.DisposeAsync();
    }
}
