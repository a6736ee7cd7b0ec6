using ImageStorage.Providers;

namespace ImageStorage.Hybrid.Tests.Layers;

/// <summary>The smallest layer that changes bytes: stores each byte inverted, in the slot of encryption.</summary>
internal sealed class MaskingLayer(IImageProvider inner, bool passesCopiesOn) : WriteLayer(inner)
{
    public const string MaskName = "mask";

    protected override bool ChangesBytes => true;

    protected override async Task<StoredImage?> OpenDecodedAsync(IImageProvider provider, ImageKey key, GetOptions? options, CancellationToken cancellationToken) =>
        await provider.OpenReadAsync(key, options, cancellationToken) is { } stored ? new StoredImage(DecodeRecord(stored.Info), new MaskedStream(stored.Content), stored.Range) : null;

    protected override ImageInfo DecodeRecord(ImageInfo stored) => stored with { Encoding = null };

    protected override ValueTask<PutRequest> BeforePutAsync(PutRequest request, CancellationToken cancellationToken) =>
        new(request with { Content = new MaskedContent(request.Content), Encoding = MaskName });

    // The mask does not depend on the key, so that masked bytes can be copied.
    protected override ValueTask<CopyRequest?> BeforeCopyAsync(CopyRequest request, CancellationToken cancellationToken) => new(passesCopiesOn ? request : null);

    private static void Mask(Span<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 0xFF;
        }
    }

    private sealed class MaskedContent(ImageContent image) : DelegatingImageContent(image)
    {
        public override async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default)
        {
            var piece = (await base.ReadAsync(cancellationToken)).ToArray();
            Mask(piece);
            return piece;
        }
    }

    private sealed class MaskedStream(Stream stored) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => stored.Length;

        public override long Position { get => stored.Position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = stored.Read(buffer, offset, count);
            Mask(buffer.AsSpan(offset, read));
            return read;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await stored.ReadAsync(buffer, cancellationToken);
            Mask(buffer.Span[..read]);
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            stored.Dispose();
            base.Dispose(disposing);
        }
    }
}
