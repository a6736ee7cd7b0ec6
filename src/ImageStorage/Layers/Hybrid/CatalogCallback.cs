using ImageStorage.Providers;

namespace ImageStorage.Hybrid;

/// <summary>
/// The callback of a save whose bytes are in the content store. Before the callback has passed, the catalog cannot have
/// committed, so no record refers to the content.
/// </summary>
internal sealed class CatalogCallback
{
    private readonly Func<ImageInfo, CancellationToken, ValueTask> _inner;

    private CatalogCallback(Func<ImageInfo, CancellationToken, ValueTask> inner) => _inner = inner;

    /// <summary>Gets or sets a value that indicates whether the callback has passed.</summary>
    public bool HasPassed { get; set; }

    public static CatalogCallback? Of(PutRequest request) => request.BeforeCommit is { } inner ? new CatalogCallback(inner) : null;

    public static Func<ImageInfo, CancellationToken, ValueTask>? MethodOf(CatalogCallback? callback) => callback is null ? null : callback.RunAsync;

    /// <summary>Runs the callback with the record as callers see it.</summary>
    private async ValueTask RunAsync(ImageInfo info, CancellationToken cancellationToken)
    {
        await _inner(ContentReference.Strip(info), cancellationToken).ConfigureAwait(false);
        HasPassed = true;
    }
}
