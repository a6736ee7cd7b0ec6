using System.Runtime.InteropServices;
using ImageStorage.Providers;

namespace ImageStorage.Tests.Content;

[TestFixture]
public sealed class MemoryContentTests
{
    private const int Piece = IntakeContent.PieceLength;
    private static readonly ImageKey Key = "a.png";
    private static readonly int[] Lengths = [0, 1, 100, Piece - 1, Piece, Piece + 1, 2 * Piece, (3 * Piece) + 5, (10 * Piece) + 1];

    [Test]
    public async Task Pieces_are_the_bytes_without_a_copy_and_have_their_digest([ValueSource(nameof(Lengths))] int length, [Values] ContentIdentity identity, [Values] bool isReadTwice)
    {
        var bytes = ContentHasherTests.Bytes(length, length);
        await using var content = new MemoryContent(Key, bytes, length, long.MaxValue, identity);
        if (isReadTwice)
        {
            await content.ReadAsync();
            await content.RewindAsync();
        }

        var position = 0;
        while (await content.ReadAsync() is { IsEmpty: false } piece)
        {
            Assert.That(MemoryMarshal.TryGetArray(piece, out var segment), Is.True);
            Assert.That((segment.Array, segment.Offset), Is.EqualTo((bytes, position)), "The bytes were copied.");
            Assert.That(piece.Length, Is.LessThanOrEqualTo(512 << 10));
            position += piece.Length;
        }

        Assert.That(position, Is.EqualTo(length));
        Assert.That(await content.GetDigestAsync(), Is.EqualTo(ContentHasherTests.DigestOf(bytes, identity)));
    }

    [TestCase(1, Piece, false)]
    [TestCase(Piece + 1, Piece + 1, false)]
    [TestCase(1_000_000, 800_000, true)]
    public async Task Head_has_what_was_asked_for_and_is_delivered_again(int minimum, int expected, bool ended)
    {
        var bytes = ContentHasherTests.Bytes(800_000, 4);
        await using var content = new MemoryContent(Key, bytes, null, long.MaxValue, ContentIdentity.XxHash128);

        var head = await content.ReadHeadAsync(minimum, default);

        Assert.That(head.Length, Is.EqualTo(expected));
        Assert.That(content.Ended, Is.EqualTo(ended));
        Assert.That((await content.ReadAsync()).Span.SequenceEqual(bytes.AsSpan(0, Piece)), Is.True);
    }

    [Test]
    public void Bytes_of_another_length_than_declared_are_refused() => Assert.That(
        () => new MemoryContent(Key, new byte[10], 11, long.MaxValue, ContentIdentity.Sha256),
        Throws.TypeOf<ImageValidationException>().With.Message.Contains("has 10 bytes from its current position, but 11 were declared"));

    [Test]
    public async Task Bytes_over_the_maximum_length_are_refused_before_they_are_read()
    {
        await using var content = new MemoryContent(Key, new byte[11], null, 10, ContentIdentity.Sha256);

        Assert.That(() => content.ReadHeadAsync(1, default).AsTask(), Throws.TypeOf<ImageValidationException>().With.Message.Contains("longer than the 10 bytes allowed"));
        Assert.That(() => content.ReadAsync().AsTask(), Throws.TypeOf<ImageValidationException>());
    }

    [Test]
    public async Task Digest_before_the_end_is_a_mistake_of_the_caller()
    {
        await using var content = new MemoryContent(Key, new byte[10], null, 10, ContentIdentity.Sha256);

        Assert.That(() => content.GetDigestAsync().AsTask(), Throws.TypeOf<InvalidOperationException>());
    }

    [Test]
    public async Task Cancelled_read_is_cancelled()
    {
        await using var content = new MemoryContent(Key, new byte[10], null, 10, ContentIdentity.Sha256);

        Assert.That(() => content.ReadAsync(new CancellationToken(true)).AsTask(), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => content.ReadHeadAsync(1, new CancellationToken(true)).AsTask(), Throws.InstanceOf<OperationCanceledException>());
    }
}
