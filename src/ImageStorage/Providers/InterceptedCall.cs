namespace ImageStorage.Providers;

/// <summary>The operations of a provider, of its documents and of its abilities.</summary>
public enum ProviderOperation
{
    /// <summary><see cref="IImageProvider.PutAsync"/>.</summary>
    Put,

    /// <summary><see cref="IImageProvider.OpenReadAsync"/>.</summary>
    OpenRead,

    /// <summary><see cref="IImageProvider.GetInfoAsync"/>.</summary>
    GetInfo,

    /// <summary><see cref="IImageProvider.UpdateAsync"/>.</summary>
    Update,

    /// <summary><see cref="IImageProvider.DeleteAsync"/>.</summary>
    Delete,

    /// <summary><see cref="IImageProvider.ListAsync"/>.</summary>
    List,

    /// <summary><see cref="IImageProvider.GetUsageAsync"/>.</summary>
    GetUsage,

    /// <summary><see cref="IImageProvider.CheckAsync"/>.</summary>
    Check,

    /// <summary><see cref="IDocumentStore.GetAsync"/>.</summary>
    GetDocument,

    /// <summary><see cref="IDocumentStore.PutAsync"/>.</summary>
    PutDocument,

    /// <summary><see cref="IDocumentStore.DeleteAsync"/>.</summary>
    DeleteDocument,

    /// <summary><see cref="IDocumentStore.ListAsync"/>.</summary>
    ListDocuments,

    /// <summary><see cref="IDocumentStore.ListCollectionsAsync"/>.</summary>
    ListCollections,

    /// <summary><see cref="IAtomicProvider.PrepareAsync"/>.</summary>
    Prepare,

    /// <summary><see cref="IAtomicProvider.CommitAsync"/>.</summary>
    Commit,

    /// <summary><see cref="ICopyProvider.CopyAsync"/>. The key is that of the target.</summary>
    Copy,

    /// <summary><see cref="IVersionKeeper.RetainAsync"/>.</summary>
    Retain,

    /// <summary><see cref="IVersionKeeper.RestoreAsync"/>.</summary>
    Restore,

    /// <summary><see cref="IVersionKeeper.DropAsync"/>.</summary>
    Drop,

    /// <summary><see cref="IVersionKeeper.ListRetainedAsync"/>.</summary>
    ListRetained,

    /// <summary><see cref="IVersionKeeper.GetRetainedAsync"/>.</summary>
    GetRetained,

    /// <summary><see cref="IVersionKeeper.OpenRetainedAsync"/>.</summary>
    OpenRetained,

    /// <summary>The check of a failover that images have no hints, before a transaction on the primary.</summary>
    EnsureNoHints,

    /// <summary><see cref="IReadUrlProvider.CreateReadUrlAsync"/>.</summary>
    CreateReadUrl,

    /// <summary><see cref="IStorageTierProvider.GetTierAsync"/>.</summary>
    GetTier,

    /// <summary><see cref="IStorageTierProvider.SetTierAsync"/>.</summary>
    SetTier,

    /// <summary>The next item of <see cref="IVerifiableProvider.VerifyAsync"/>.</summary>
    Verify,

    /// <summary><see cref="ISweepableProvider.SweepAsync"/>.</summary>
    Sweep,
}

/// <summary>A call that an <see cref="InterceptingImageProvider"/> intercepts.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Key">The image; null for an operation that does not concern one image.</param>
/// <param name="Name">The name of the document, the prefix of a list of documents, or the id of the retained version;
/// otherwise null.</param>
public readonly record struct InterceptedCall(ProviderOperation Operation, ImageKey? Key = null, string? Name = null);
