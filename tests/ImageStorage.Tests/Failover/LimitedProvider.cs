using ImageStorage.Providers;

namespace ImageStorage.Tests.Failover;

/// <summary>A provider with a size limit, as LiteDB has.</summary>
internal sealed class LimitedProvider(IImageProvider inner, long most) : DelegatingImageProvider(inner)
{
    public override ProviderCapabilities Capabilities => Inner.Capabilities with { MaxContentLength = most };

    public override Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default) =>
        Inner.PutAsync(request with { Content = new Counted(request.Content, most, Name) }, cancellationToken);

    private sealed class Counted(ImageContent source, long most, string provider) : DelegatingImageContent(source)
    {
        private long _total;

        public override async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default)
        {
            var piece = await Inner.ReadAsync(cancellationToken);
            _total += piece.Length;
            return _total <= most ? piece : throw new ImageValidationException(ImageValidationKind.TooLarge, $"Longer than {most} bytes.") { Provider = provider };
        }

        public override ValueTask RewindAsync(CancellationToken cancellationToken = default)
        {
            _total = 0;
            return Inner.RewindAsync(cancellationToken);
        }
    }
}
