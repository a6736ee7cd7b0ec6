using ImageStorage.Providers;

namespace ImageStorage.Instrumentation;

/// <summary>The names of operations in messages.</summary>
internal static class OperationText
{
    public static string Of(ProviderOperation operation) => operation switch
    {
        ProviderOperation.Put => "put",
        ProviderOperation.OpenRead => "read",
        ProviderOperation.GetInfo => "info",
        ProviderOperation.Update => "update",
        ProviderOperation.Delete => "delete",
        ProviderOperation.List => "list",
        ProviderOperation.GetUsage => "usage",
        ProviderOperation.Prepare => "prepare",
        ProviderOperation.Commit => "commit",
        ProviderOperation.Copy => "copy",
        ProviderOperation.Retain => "retain",
        ProviderOperation.Restore => "restore",
        ProviderOperation.Drop => "drop",
        ProviderOperation.ListRetained => "list of retained versions",
        ProviderOperation.GetRetained => "info of a retained version",
        ProviderOperation.OpenRetained => "read of a retained version",
        ProviderOperation.CreateReadUrl => "read address",
        ProviderOperation.GetTier => "tier",
        ProviderOperation.SetTier => "change of tier",
        ProviderOperation.Verify => "verification",
        ProviderOperation.Sweep => "sweep",
        ProviderOperation.Check => "probe",
        ProviderOperation.GetDocument => "read of a document",
        ProviderOperation.PutDocument => "put of a document",
        ProviderOperation.DeleteDocument => "delete of a document",
        ProviderOperation.ListDocuments => "list of documents",
        ProviderOperation.ListCollections => "list of collections",
        _ => operation.ToString(),
    };
}
