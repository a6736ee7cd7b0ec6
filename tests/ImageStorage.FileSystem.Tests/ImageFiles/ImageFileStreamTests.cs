using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.ImageFiles;

/// <summary>Reading the payload as a stream.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ImageFileStreamTests
{
    private const string Key = "a.png";

    [TestCase(500)]
    [TestCase(BlockHashTable.BlockLength)]
    [TestCase((3 * BlockHashTable.BlockLength) + 11)]
    public async Task Random_seeks_and_reads_give_what_an_array_gives(int length)
    {
        var seed = TestSeed.Next();
        var random = new Random(seed);
        var bytes = Pictures.Of(length);
        using var provider = StoreCheck.Open(await ArrangeAsync(bytes), new ManualClock());
        for (var round = 0; round < 10; round++)
        {
            var offset = round == 0 ? 0 : random.Next(length);
            var range = new ByteRange(offset, round == 0 ? null : random.Next(1, length));
            await using var image = await provider.OpenReadAsync(Key, new GetOptions { Range = range });
            using var model = new MemoryStream(bytes, offset, (int)Math.Min(range.Length ?? length, length - offset));
            Assert.That(image!.Content.Length, Is.EqualTo(model.Length), $"seed {seed}");
            for (var i = 0; i < 100; i++)
            {
                if (random.Next(3) == 0)
                {
                    var position = random.Next((int)model.Length + 10);
                    model.Position = position;
                    var origin = (SeekOrigin)random.Next(3);
                    image.Content.Seek(position - origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => image.Content.Position, _ => image.Content.Length }, origin);
                }

                var wanted = new byte[random.Next(0, 40_000)];
                var found = new byte[wanted.Length];
                var expected = model.ReadAtLeast(wanted, wanted.Length, throwOnEndOfStream: false);
                var count = random.Next(2) == 0 ? image.Content.ReadAtLeast(found, found.Length, throwOnEndOfStream: false) : await image.Content.ReadAtLeastAsync(found, found.Length, throwOnEndOfStream: false);
                Assert.That((count, image.Content.Position), Is.EqualTo((expected, model.Position)), $"seed {seed}");
                Assert.That(found.AsSpan().SequenceEqual(wanted), Is.True, $"seed {seed}");
            }
        }
    }

    [Test]
    public async Task A_damaged_block_is_never_returned_and_the_others_are()
    {
        var bytes = Pictures.Of(4 * BlockHashTable.BlockLength);
        var volume = await ArrangeAsync(bytes);
        volume.Tamper(ImagePaths.Of(Key), file =>
        {
            file[(2 * BlockHashTable.BlockLength) + 5] ^= 1;
            return file;
        });
        using var provider = StoreCheck.Open(volume, new ManualClock());
        await using var image = await provider.OpenReadAsync(Key);
        var first = new byte[2 * BlockHashTable.BlockLength];
        await image!.Content.ReadExactlyAsync(first);
        var rest = new byte[100];
        rest.AsSpan().Fill(0xEE);

        Assert.That(first.AsSpan().SequenceEqual(bytes.AsSpan(0, first.Length)), Is.True);
        Assert.That(async () => await image.Content.ReadAsync(rest), Throws.TypeOf<ImageCorruptedException>());
        Assert.That(() => image.Content.Read(rest), Throws.TypeOf<ImageCorruptedException>());
        Assert.That(rest, Has.All.EqualTo(0xEE), "Bytes of the damaged block got out.");
        image.Content.Position = 3 * BlockHashTable.BlockLength;
        await image.Content.ReadExactlyAsync(rest);
        Assert.That(rest, Is.EqualTo(bytes.Skip(3 * BlockHashTable.BlockLength).Take(100)));
    }

    [Test]
    public async Task Disposal_beside_a_read_returns_the_buffer_after_the_read_has_ended()
    {
        var bytes = Pictures.Of(3 * BlockHashTable.BlockLength);
        using var reading = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var isOpen = false;
        var observed = new ObservedVolume(await ArrangeAsync(bytes), call =>
        {
            if (isOpen && call.Operation == VolumeOperation.Read)
            {
                reading.Set();
                goOn.Wait();
            }
        });
        using var provider = StoreCheck.Open(observed, new ManualClock());
        var image = await provider.OpenReadAsync(Key);
        isOpen = true;
        var buffer = new byte[1000];
        var read = image!.Content.ReadAsync(buffer).AsTask();
        reading.Wait();

        await image.DisposeAsync();
        Assert.That(image.Content.CanRead, Is.False);
        Assert.That(() => image.Content.ReadByte(), Throws.TypeOf<ObjectDisposedException>());
        goOn.Set();

        Assert.That(await read, Is.EqualTo(buffer.Length));
        Assert.That(buffer, Is.EqualTo(bytes.Take(buffer.Length)));
    }

    [Test]
    public async Task A_cancelled_token_ends_every_kind_of_read([Values(1_000, 400_000)] int length)
    {
        using var provider = StoreCheck.Open(await ArrangeAsync(Pictures.Of(length)), new ManualClock());
        await using var image = await provider.OpenReadAsync(Key);
        var cancelled = new CancellationToken(canceled: true);

        Assert.That(async () => await image!.Content.ReadAsync(new byte[10], cancelled), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await image!.Content.CopyToAsync(Stream.Null, cancelled), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task The_stream_is_for_reading_only()
    {
        using var provider = StoreCheck.Open(await ArrangeAsync(Pictures.Of(1_000)), new ManualClock());
        await using var image = await provider.OpenReadAsync(Key);

        Assert.That((image!.Content.CanRead, image.Content.CanSeek, image.Content.CanWrite), Is.EqualTo((true, true, false)));
        Assert.That(() => image.Content.Write([1], 0, 1), Throws.TypeOf<NotSupportedException>());
        Assert.That(() => image.Content.SetLength(1), Throws.TypeOf<NotSupportedException>());
    }

    private static async Task<InMemoryVolume> ArrangeAsync(byte[] bytes)
    {
        var volume = new InMemoryVolume();
        using var provider = StoreCheck.Open(volume, new ManualClock());
        await new ImageStorageManager(provider).SaveBytesAsync(Key, bytes);
        return volume;
    }
}
