using System.IO.Hashing;
using ImageStorage.Providers;

namespace ImageStorage.Hybrid.Tests;

/// <summary>Content of unknown length that was read ahead returns all bytes, also when it is read again.</summary>
internal sealed class SpooledContentTests
{
    private const int Limit = 100;

    [Test]
    public async Task Content_is_read_again_after_any_piece([Values(0, 1, 99, 100, 101, 250)] int length, [Range(0, 4)] int pieces)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        using var content = await SpooledContent.ReadAheadAsync(new Pieces(bytes, 70), Limit, CancellationToken.None);
        for (var i = 0; i < pieces; i++)
        {
            await content.ReadAsync();
        }

        Assert.That(content.CanRewind);
        await content.RewindAsync();

        Assert.That(await ReadAllAsync(content), Is.EqualTo(bytes));
        Assert.That(await content.GetDigestAsync(), Is.EqualTo(new ContentDigest(length, XxHash128.HashToUInt128(bytes), null)));
        Assert.That(content.HasEnded, Is.EqualTo(length <= Limit));
    }

    [Test]
    public async Task Length_is_that_of_the_spool_or_what_the_source_states()
    {
        using var ended = await SpooledContent.ReadAheadAsync(new Pieces(new byte[10], 7), Limit, CancellationToken.None);
        using var longer = await SpooledContent.ReadAheadAsync(new Pieces(new byte[101], 7), Limit, CancellationToken.None);
        using var stated = await SpooledContent.ReadAheadAsync(new Pieces(new byte[10], 7) { Stated = 11 }, Limit, CancellationToken.None);

        Assert.That((ended.Length, longer.Length, stated.Length), Is.EqualTo((10L, default(long?), 11L)));
    }

    private static async Task<byte[]> ReadAllAsync(ImageContent content)
    {
        using var all = new MemoryStream();
        while (await content.ReadAsync() is { IsEmpty: false } piece)
        {
            all.Write(piece.Span);
        }

        return all.ToArray();
    }

    private sealed class Pieces(byte[] bytes, int pieceLength) : ImageContent
    {
        private int _position;

        public long? Stated { get; init; }

        public override long? Length => Stated;

        public override bool CanRewind => true;

        public override ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default)
        {
            var piece = bytes.AsMemory(_position, Math.Min(pieceLength, bytes.Length - _position));
            _position += piece.Length;
            return new(piece);
        }

        public override ValueTask RewindAsync(CancellationToken cancellationToken = default)
        {
            _position = 0;
            return default;
        }

        public override ValueTask<ContentDigest> GetDigestAsync() => new(new ContentDigest(bytes.Length, XxHash128.HashToUInt128(bytes), null));
    }
}
