using System.Globalization;
using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>Content of unknown length on its way to a provider with a limit: ends the write when it turns out to be longer, and says that it was this.</summary>
internal sealed class LimitedContent : ImageContent
{
    private readonly ImageContent _source;
    private readonly ImageKey _key;
    private readonly long _limit;
    private long _total;

    private LimitedContent(ImageContent source, ImageKey key, long limit) => (_source, _key, _limit) = (source, key, limit);

    /// <summary>Was there more than the limit?</summary>
    public bool IsOver { get; private set; }

    public override long? Length => null;

    public override bool CanRewind => _source.CanRewind;

    /// <summary>The content itself where its length is known or anything goes, else a limited one around it.</summary>
    public static ImageContent For(ImageContent content, ImageKey key, long? limit) => content.Length is null && limit is { } most ? new LimitedContent(content, key, most) : content;

    /// <summary>Has the limit of this content, and nothing else, ended the write?</summary>
    public static bool Ended(ImageContent content) => content is LimitedContent { IsOver: true };

    public override async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default)
    {
        var piece = await _source.ReadAsync(cancellationToken).ConfigureAwait(false);
        _total += piece.Length;
        if (_total > _limit)
        {
            IsOver = true;
            throw new ImageValidationException(ImageValidationKind.TooLarge, string.Create(CultureInfo.InvariantCulture, $"Image '{_key}' is longer than the {_limit} bytes that the provider takes.")) { Key = _key };
        }

        return piece;
    }

    public override ValueTask<ContentDigest> GetDigestAsync() => _source.GetDigestAsync();

    public override ValueTask RewindAsync(CancellationToken cancellationToken = default)
    {
        (_total, IsOver) = (0, false);
        return _source.RewindAsync(cancellationToken);
    }
}
