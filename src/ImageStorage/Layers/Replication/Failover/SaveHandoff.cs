using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>A save on its way through the chain: its source is read again for each provider.</summary>
internal sealed class SaveHandoff(HandoffWriter writer, PutRequest request, string primary) : Handoff<ImageInfo>(writer, request.Key, request.Precondition)
{
    /// <summary>Has a provider begun to read the source?</summary>
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

    public override async Task<HandoffAnswer<ImageInfo>?> OnSideAsync(HandoffSide side, HandoffCause cause, CancellationToken cancellationToken)
    {
        if (request.Content.Length > side.Provider.Capabilities.MaxContentLength)
        {
            throw FailoverErrors.TooLong(Key, side);
        }

        try
        {
            return await Writer.SaveAsync(side, request, cause, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageValidationException exception) when (exception is { Kind: ImageValidationKind.TooLarge, Provider: not null })
        {
            // A source of unknown length exceeded the limit of the fallback, not that of the store, whose refusal names no provider.
            throw FailoverErrors.TooLong(Key, side);
        }
    }
}
