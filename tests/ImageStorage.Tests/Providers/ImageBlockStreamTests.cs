using System.Buffers;
using ImageStorage.Providers;

namespace ImageStorage.Tests.Providers;

[TestFixture]
public sealed class ImageBlockStreamTests
{
    private const int Block = 1000;
    private static readonly byte[] Payload = [.. Enumerable.Range(0, 4321).Select(i => (byte)(i * 31 / 7))];

    [Test]
    public async Task Range_is_read_from_the_blocks_it_touches_and_no_others([Values("read", "read async", "copy")] string way)
    {
        var range = new ResolvedRange(1500, 2000);
        await using var stream = new Blocks(range);
        var read = new MemoryStream();
        switch (way)
        {
            case "read":
                stream.CopyTo(read, 70);
                break;
            case "read async":
                var piece = new byte[333];
                for (int count; (count = await stream.ReadAsync(piece)) > 0;)
                {
                    read.Write(piece, 0, count);
                }

                break;
            default:
                await stream.CopyToAsync(read);
                break;
        }

        Assert.That(read.ToArray(), Is.EqualTo(Payload[1500..3500]));
        Assert.That(stream.Loaded, Is.EqualTo(new long[] { 1000, 2000, 3000 }));
        Assert.That(stream.End, Is.EqualTo(4000));
        Assert.That(stream.Position, Is.EqualTo(stream.Length).And.EqualTo(2000));
    }

    [Test]
    public void Seeking_reads_what_is_there_and_a_block_that_is_loaded_once_only()
    {
        using var stream = new Blocks(new ResolvedRange(0, Payload.Length));
        var piece = new byte[100];
        foreach (var position in (long[])[4300, 10, 20, 4310, 5000])
        {
            Assert.That(stream.Seek(position, SeekOrigin.Begin), Is.EqualTo(position));
            var expected = Payload.AsSpan((int)Math.Min(position, Payload.Length)..);
            var count = stream.Read(piece, 0, piece.Length);
            Assert.That(count, Is.EqualTo(Math.Min(expected.Length, piece.Length)));
            Assert.That(piece.AsSpan(0, count).SequenceEqual(expected[..count]), Is.True);
        }

        Assert.That(stream.Loaded, Is.EqualTo(new long[] { 4000, 0, 4000 }));
        Assert.That(() => stream.Seek(-1, SeekOrigin.Begin), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => stream.Write(piece, 0, 1), Throws.TypeOf<NotSupportedException>());
    }

    // What a failed load left in the buffer must not be taken for the block that was there before.
    [Test]
    public async Task Block_that_failed_leaves_nothing_to_hand_out([Values] bool isAsynchronous)
    {
        await using var stream = new Blocks(new ResolvedRange(0, Payload.Length));
        var piece = new byte[10];
        await stream.ReadExactlyAsync(piece);
        stream.Failing = 1000;
        stream.Position = 1005;
        Assert.That(async () => _ = isAsynchronous ? await stream.ReadAsync(piece) : stream.Read(piece, 0, 10), Throws.TypeOf<InvalidDataException>());

        stream.Failing = null;
        stream.Position = 0;
        await stream.ReadExactlyAsync(piece);

        Assert.That(piece, Is.EqualTo(Payload[..10]));
        Assert.That(stream.Loaded, Is.EqualTo(new long[] { 0, 1000, 0 }));
    }

    [Test]
    public async Task Buffer_and_source_are_kept_until_the_last_user_releases_them()
    {
        var stream = new Blocks(new ResolvedRange(0, Payload.Length)) { Gate = new TaskCompletionSource() };
        var piece = new byte[10];
        var reading = stream.ReadAsync(piece).AsTask();

        await stream.DisposeAsync();
        Assert.That(stream.IsClosed, Is.False, "The source was closed under a read.");
        Assert.That(() => stream.Read(piece, 0, 1), Throws.TypeOf<ObjectDisposedException>());
        stream.Gate.SetResult();

        Assert.That(await reading, Is.EqualTo(10));
        Assert.That(piece, Is.EqualTo(Payload[..10]));
        Assert.That(stream.IsClosed);
        Assert.That((stream.CanRead, stream.CanSeek), Is.EqualTo((false, false)));
        await stream.DisposeAsync();
        Assert.That(stream.Closings, Is.EqualTo(1));
    }

    private sealed class Blocks(ResolvedRange range) : ImageBlockStream(range, Payload.Length, Block, ArrayPool<byte>.Shared.Rent(Block))
    {
        public List<long> Loaded { get; } = [];

        public long End => LastBlockEnd;

        public long? Failing { get; set; }

        public TaskCompletionSource? Gate { get; init; }

        public int Closings { get; private set; }

        public bool IsClosed => Closings > 0;

        protected override void Load(long start, Span<byte> block)
        {
            Loaded.Add(start);
            Payload.AsSpan((int)start, block.Length).CopyTo(block);
            if (Failing == start)
            {
                throw new InvalidDataException();
            }
        }

        protected override async ValueTask LoadAsync(long start, Memory<byte> block, bool mayBlock, CancellationToken cancellationToken)
        {
            await (Gate?.Task ?? Task.CompletedTask);
            Load(start, block.Span);
        }

        protected override void CloseSource() => Closings++;
    }
}
