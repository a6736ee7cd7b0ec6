using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>A save that passes through the chain. Its source is read again for each provider.</summary>
internal sealed class FallbackSave(HintWriter writer, PutRequest request, string primary) : FallbackWrite<ImageInfo>(writer, request.Key, request.Precondition)
{
    /// <summary>Gets or sets a value that indicates whether a provider has begun to read the source.</summary>
    public bool HasBegun { get; set; }

    public override async ValueTask BeginAsync(ProviderFailures failures, CancellationToken cancellationToken)
    {
        if (HasBegun)
        {
            if (!request.Content.CanRewind)
            {
                throw failures.AreNone ? FailoverErrors.Contended(Key, primary) : FailoverErrors.NotRepeatable(Key, primary, failures);
            }

            await request.Content.RewindAsync(cancellationToken).ConfigureAwait(false);
        }

        HasBegun = true;
    }

    public override Task<ImageInfo> OnPrimaryAsync(IImageProvider provider, CancellationToken cancellationToken) => provider.PutAsync(request, cancellationToken);

    public override async Task<FallbackResult<ImageInfo>?> OnFallbackAsync(FallbackPart fallback, FallbackCause cause, CancellationToken cancellationToken)
    {
        if (request.Content.Length > fallback.Provider.Capabilities.MaxContentLength)
        {
            throw FailoverErrors.TooLarge(Key, fallback);
        }

        try
        {
            return await Writer.SaveAsync(fallback, request, cause, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageValidationException exception) when (exception is { Kind: ImageValidationKind.TooLarge, Provider: not null })
        {
            // A source of unknown length exceeded the limit of the fallback, not that of the store, whose refusal names
            // no provider.
            throw FailoverErrors.TooLarge(Key, fallback);
        }
    }
}
