using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Tool.Stores;

/// <summary><c>azure:CONTAINER</c>, or <c>azure:CONTAINER/PREFIX</c>: a container of Azure Blob Storage. Where the account is, and how to sign in, stands in the environment, so that no secret is on a command line.</summary>
internal static class AzureScheme
{
    /// <summary>The connection string of the account.</summary>
    public const string ConnectionVariable = "IMAGESTORAGE_AZURE_CONNECTION_STRING";

    /// <summary>The address of its blob service, to sign in without a secret of the account.</summary>
    public const string ServiceVariable = "IMAGESTORAGE_AZURE_SERVICE_URI";

    public static StoreScheme Instance { get; } = new("azure", "azure:CONTAINER", Check, Use, _ => null);

    private static string? Check(string location) =>
        location.Split('/')[0].Length == 0 ? $"name the container behind 'azure:', such as azure:images; {ConnectionVariable} or {ServiceVariable} says where the account is"
        : null;

    private static void Use(ImageStorageBuilder builder, string location, StoreAccess access)
    {
        var connection = Environment.GetEnvironmentVariable(ConnectionVariable);
        var service = Environment.GetEnvironmentVariable(ServiceVariable);
        if (string.IsNullOrWhiteSpace(connection) && string.IsNullOrWhiteSpace(service))
        {
            throw new ToolException($"Nothing says where the account of '{location}' is: set {ConnectionVariable} to its connection string, or {ServiceVariable} to the address of its blob service, which is signed in to with the identity of this machine.");
        }

        var uri = default(Uri);
        if (string.IsNullOrWhiteSpace(connection) && !Uri.TryCreate(service, UriKind.Absolute, out uri))
        {
            throw new ToolException($"{ServiceVariable} is no address: set it to one such as https://myaccount.blob.core.windows.net.");
        }

        var slash = location.IndexOf('/', StringComparison.Ordinal);
        builder.UseAzureBlob(options =>
        {
            options.ConnectionString = string.IsNullOrWhiteSpace(connection) ? null : connection;
            options.ServiceUri = uri;
            options.Container = slash < 0 ? location : location[..slash];
            options.Prefix = slash < 0 ? string.Empty : location[(slash + 1)..];
            options.CreateContainerIfMissing = access.CreatesStore;
        });
    }
}
