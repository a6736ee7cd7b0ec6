namespace ImageStorage.Providers;

public sealed partial class InMemoryImageProvider : IVerifiableProvider
{
    /// <inheritdoc/>
    public IAsyncEnumerable<VerificationItem> VerifyAsync(VerificationOptions? options = null, CancellationToken cancellationToken = default)
    {
        Begin(cancellationToken);
        return VerificationReader.ReadAllAsync(this, options, cancellationToken);
    }
}
