using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.FileSystem.Volumes;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Faults;

/// <summary>P2 and P7: which image a failed copy or update names, and that unverified bytes replace no image.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CopyFaultTests
{
    private const int Length = 300_000;

    // The second block: the payload is verified while it is copied, not only where it begins.
    private const int DamagedByte = 200_000;

    private static readonly ImageKey Source = "shop/cat.png";
    private static readonly ImageKey Target = "other/dog.png";

    [Test]
    public async Task Update_of_a_damaged_image_is_refused_and_replaces_nothing()
    {
        var volume = new InMemoryVolume();
        using var provider = StoreCheck.Open(volume, new ManualClock());
        await SaveAsync(provider);
        Damage(volume, ImagePaths.Of(Source));
        var before = volume.ReadAll(ImagePaths.Of(Source));

        var failure = Assert.ThrowsAsync<ImageCorruptedException>(() => provider.UpdateAsync(Source, new RecordUpdate { Tags = ["new"] }));

        Assert.That(failure!.Key, Is.EqualTo(Source));
        Assert.That(volume.ReadAll(ImagePaths.Of(Source)).AsSpan().SequenceEqual(before), Is.True);
    }

    // The staged bytes change between the copy and their verification, as by a defect of the kernel.
    [Test]
    public async Task Copy_that_differs_from_its_sound_source_does_not_blame_the_source()
    {
        var volume = new InMemoryVolume();
        var isDamaged = false;
        using var provider = StoreCheck.Open(new ObservedVolume(volume, Observe), new ManualClock());
        await SaveAsync(provider);
        var version = (await provider.GetInfoAsync(Source))!.ETag;

        var failure = Assert.ThrowsAsync<StorageUnavailableException>(() => CopyAsync(provider, version));

        Assert.That(isDamaged, Is.True);
        Assert.That(failure!.Message, Does.Contain("which are sound"));
        Assert.That(await provider.GetInfoAsync(Target), Is.Null);
        await CopyAsync(provider, version);
        await StoreCheck.AssertSoundAsync(provider);

        void Observe(VolumeCall call)
        {
            if (!isDamaged && call.Operation == VolumeOperation.Read && call.Path.StartsWith(FileSystemStore.StagingFolder, StringComparison.Ordinal))
            {
                isDamaged = true;
                Damage(volume, call.Path);
            }
        }
    }

    [TestCase(nameof(VolumeOperation.Read), true)]
    [TestCase(nameof(VolumeOperation.MoveOver), false)]
    public async Task Failed_copy_names_the_image_with_the_trouble(string operation, bool isOfSource)
    {
        var path = ImagePaths.Of(isOfSource ? Source : Target);
        var fails = false;
        using var provider = StoreCheck.Open(new ObservedVolume(new InMemoryVolume(), Observe), new ManualClock());
        await SaveAsync(provider);
        var version = (await provider.GetInfoAsync(Source))!.ETag;
        fails = true;

        var failure = Assert.ThrowsAsync<StorageUnavailableException>(() => CopyAsync(provider, version));

        Assert.That(failure!.Key, Is.EqualTo(isOfSource ? Source : Target));

        void Observe(VolumeCall call)
        {
            if (fails && call.Operation.ToString() == operation && call.Path == path)
            {
                throw new IOException("Input/output error", 5);
            }
        }
    }

    [Test]
    public void Bytes_are_copied_from_an_offset_to_the_end_of_the_source([Values] bool inKernel)
    {
        using var folder = new TemporaryFolder();
        IVolume volume = inKernel ? PhysicalVolume.Open(folder.Path) : new InMemoryVolume();
        using (volume)
        {
            volume.CreateRoot();
            var bytes = Pictures.Of(Length, 1);
            using var source = volume.CreateNew("source", 0);
            source.Write(bytes, 0);
            using var target = volume.CreateNew("target", 0);
            target.Write(bytes.AsSpan(0, 1_000), 0);

            Assert.That(target.CopyFrom(source, 1_000, 2_000), Is.EqualTo(2_000));
            Assert.That(target.CopyFrom(source, 3_000, Length), Is.EqualTo(Length - 3_000));
            Assert.That(target.CopyFrom(source, Length, 1), Is.Zero);

            var copy = new byte[Length + 1];
            Assert.That(target.Read(copy, 0), Is.EqualTo(Length));
            Assert.That(copy.AsSpan(0, Length).SequenceEqual(bytes), Is.True);
        }
    }

    private static Task<ImageInfo> SaveAsync(FileSystemImageProvider provider) => new ImageStorageManager(provider).SaveBytesAsync(Source, Pictures.Of(Length, 1));

    private static Task<ImageInfo> CopyAsync(FileSystemImageProvider provider, ImageETag version) =>
        provider.CopyAsync(new CopyRequest { Source = Source, SourceETag = version, Target = Target });

    private static void Damage(InMemoryVolume volume, string path) => volume.Tamper(path, bytes =>
    {
        bytes[DamagedByte] ^= 1;
        return bytes;
    });
}
