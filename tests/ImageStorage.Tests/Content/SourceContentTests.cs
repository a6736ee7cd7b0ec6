using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.Tests.Content;

// Not parallel, because the watch counts the buffers of the complete process.
[NonParallelizable]
public class SourceContentTests
{
    private const int Piece = SourceContent.PieceLength;
    private static readonly ImageKey Key = "a.png";
    private static readonly int[] Lengths = [0, 1, 100, 4_096, Piece - 1, Piece, Piece + 1, (2 * Piece) - 1, 2 * Piece, (3 * Piece) + 5, 4 * Piece, 10 * Piece, (10 * Piece) + 1];

    [Test]
    public async Task Pieces_are_the_source_and_have_its_digest([ValueSource(nameof(Lengths))] int length, [Values] ContentIdentity identity, [Values] bool seekable)
    {
        var bytes = ContentHasherTests.Bytes(length, length);
        await using var source = seekable ? new MemoryStream(bytes) : (Stream)new SourceStream(bytes) { MostAtOnce = 50_000 };
        await using var content = new SourceContent(Key, source, null, long.MaxValue, identity);

        Assert.That(content.Length, Is.EqualTo(seekable ? length : default(long?)));
        Assert.That((await ReadAllAsync(content)).AsSpan().SequenceEqual(bytes), Is.True);
        Assert.That(await content.GetDigestAsync(), Is.EqualTo(ContentHasherTests.DigestOf(bytes, identity)));
    }

    [Test]
    public async Task Piece_is_unchanged_until_the_next_is_asked_for([Range(1, 15)] int seed)
    {
        var random = new Random(seed);
        var bytes = ContentHasherTests.Bytes(random.Next(1, 12 * Piece), seed);
        await using var source = new SourceStream(bytes) { MostAtOnce = random.Next(1_000, 300_000) };
        await using var content = new SourceContent(Key, source, null, long.MaxValue, ContentIdentity.Sha256);
        var position = 0;
        while (await content.ReadAsync() is { IsEmpty: false } piece)
        {
            Thread.SpinWait(random.Next(30_000));
            if (random.Next(2) == 0)
            {
                await Task.Yield();
            }

            Assert.That(piece.Length, Is.LessThanOrEqualTo(512 << 10));
            Assert.That(piece.Span.SequenceEqual(bytes.AsSpan(position, piece.Length)), Is.True);
            position += piece.Length;
        }

        Assert.That(position, Is.EqualTo(bytes.Length));
        Assert.That(await content.GetDigestAsync(), Is.EqualTo(ContentHasherTests.DigestOf(bytes, ContentIdentity.Sha256)));
    }

    [TestCase(1)]
    [TestCase(4_096)]
    [TestCase(Piece)]
    [TestCase(Piece + 1)]
    [TestCase(512 << 10)]
    public async Task Head_has_what_was_asked_for_and_is_delivered_again(int minimum)
    {
        var bytes = ContentHasherTests.Bytes(800_000, 4);
        await using var source = new SourceStream(bytes) { MostAtOnce = 10_000 };
        await using var content = new SourceContent(Key, source, null, long.MaxValue, ContentIdentity.Sha256);

        var first = (await content.ReadHeadAsync(100, default)).Length;
        var head = await content.ReadHeadAsync(minimum, default);

        Assert.That(head.Length, Is.GreaterThanOrEqualTo(Math.Max(first, minimum)));
        Assert.That(head.Span.SequenceEqual(bytes.AsSpan(0, head.Length)), Is.True);
        Assert.That((await ReadAllAsync(content)).AsSpan().SequenceEqual(bytes), Is.True);
        Assert.That(await content.GetDigestAsync(), Is.EqualTo(ContentHasherTests.DigestOf(bytes, ContentIdentity.Sha256)));
    }

    [Test]
    public async Task Head_of_a_short_source_is_all_of_it()
    {
        await using var source = new SourceStream(new byte[50]);
        await using var content = new SourceContent(Key, source, null, long.MaxValue, ContentIdentity.Sha256);

        Assert.That((await content.ReadHeadAsync(4_096, default)).Length, Is.EqualTo(50));
        Assert.That(content.Ended, Is.True);
    }

    [Test, Description("P5: every buffer goes back, whatever happens to the save.")]
    public async Task Buffers_are_returned([ValueSource(nameof(Lengths))] int length, [Values("read", "half", "unread", "fails", "digest without read")] string fate)
    {
        using var watch = new ArrayPoolWatch();
        var bytes = ContentHasherTests.Bytes(length, 5);
        await using var source = new SourceStream(bytes) { HappensAt = fate == "fails" ? length / 2 : null, Happens = () => throw new IOException("Gone.") };

        watch.Start();
        var content = new SourceContent(Key, source, null, long.MaxValue, ContentIdentity.Sha256);
        try
        {
            await (fate switch
            {
                "half" => content.ReadAsync().AsTask(),
                "unread" => content.ReadHeadAsync(200_000, default).AsTask(),
                "digest without read" => Task.CompletedTask,
                _ => ReadAllAsync(content),
            });
        }
        catch (ImageSourceException) when (fate == "fails")
        {
            // As it should be.
        }

        await content.DisposeAsync();

        Assert.That(watch.Rented, Is.GreaterThan(0));
        Assert.That(watch.Outstanding, Is.Zero);
    }

    [Test, Description("P5: at most 1 MiB of buffers, however long the source is.")]
    public async Task Buffers_are_few()
    {
        using var watch = new ArrayPoolWatch();
        await using var source = SampleImages.StreamOfLength(20 << 20, 1);
        await using var content = new SourceContent(Key, source, null, long.MaxValue, ContentIdentity.Sha256);

        watch.Start();
        while (await content.ReadAsync() is { IsEmpty: false })
        {
        }

        Assert.That(watch.Rented, Is.InRange(1, (1 << 20) / Piece));
    }

    [TestCase(10, 9, "ended after 9 of 10")]
    [TestCase(10, 11, "more than the declared 10")]
    [TestCase(200_000, 199_999, "ended after 199999 of 200000")]
    [TestCase(200_000, 200_001, "more than the declared 200000")]
    [TestCase(Piece, Piece + 1, "more than")]
    [TestCase(0, 1, "more than the declared 0")]
    public async Task Source_of_another_length_than_declared_is_refused(int declared, int actual, string says)
    {
        await using var source = new SourceStream(new byte[actual]);
        await using var content = new SourceContent(Key, source, declared, long.MaxValue, ContentIdentity.Sha256);

        Assert.That(() => ReadAllAsync(content), Throws.TypeOf<ImageValidationException>().With.Message.Contains(says).And.Property("Key").EqualTo(Key));
    }

    [Test]
    public void Seekable_source_of_another_length_than_declared_is_refused_at_once() => Assert.That(
        () => new SourceContent(Key, new MemoryStream(new byte[5]), 6, long.MaxValue, ContentIdentity.Sha256),
        Throws.TypeOf<ImageValidationException>().With.Message.Contains("5 bytes from its current position, but 6"));

    [TestCase(true)]
    [TestCase(false)]
    public async Task Source_over_the_maximum_length_is_refused(bool seekable)
    {
        await using var source = seekable ? new MemoryStream(new byte[300_000]) : (Stream)new SourceStream(new byte[300_000]);
        await using var content = new SourceContent(Key, source, null, 200_000, ContentIdentity.Sha256);

        Assert.That(() => ReadAllAsync(content), Throws.TypeOf<ImageValidationException>().With.Message.Contains("200000 bytes allowed (Validation.MaxLength)"));
        Assert.That(source is SourceStream { Consumed: > 400_000 }, Is.False);
    }

    [Test]
    public void Digest_before_the_end_is_a_mistake_of_the_caller()
    {
        var content = new SourceContent(Key, new MemoryStream(new byte[5]), null, long.MaxValue, ContentIdentity.Sha256);

        Assert.That(async () => await content.GetDigestAsync(), Throws.InvalidOperationException);
    }

    [Test]
    public async Task Cancelled_read_is_cancelled()
    {
        await using var content = new SourceContent(Key, new MemoryStream(new byte[5]), null, long.MaxValue, ContentIdentity.Sha256);

        Assert.That(async () => await content.ReadAsync(new CancellationToken(true)), Throws.InstanceOf<OperationCanceledException>());
    }

    private static async Task<byte[]> ReadAllAsync(SourceContent content)
    {
        using var all = new MemoryStream();
        while (await content.ReadAsync() is { IsEmpty: false } piece)
        {
            await all.WriteAsync(piece);
        }

        Assert.That((await content.ReadAsync()).IsEmpty, Is.True);
        return all.ToArray();
    }
}
