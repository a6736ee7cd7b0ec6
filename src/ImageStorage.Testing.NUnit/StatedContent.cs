using ImageStorage.Providers;

namespace ImageStorage.Testing.NUnit;

/// <summary>Content that states its length, true or false, before its bytes are read or only after the last byte.</summary>
internal sealed class StatedContent(ImageContent inner, long? before, long? atEnd) : DelegatingImageContent(inner)
{
    /// <summary>Gets a value indicating whether all bytes were read.</summary>
    public bool HasEnded { get; private set; }

    public override long? Length => HasEnded ? atEnd : before;

    public override async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default)
    {
        var piece = await base.ReadAsync(cancellationToken);
        HasEnded = piece.IsEmpty;
        return piece;
    }
}
