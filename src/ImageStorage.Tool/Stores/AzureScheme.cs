using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Tool.Stores;

/// <summary>
/// The scheme <c>azure:CONTAINER</c> or <c>azure:CONTAINER/PREFIX</c>: a container of Azure Blob Storage. The account
/// and the sign-in are in the environment, so that no secret is on a command line.
/// </summary>
internal static class AzureScheme
{
    /// <summary>The connection string of the account.</summary>
    public const string ConnectionVariable = "IMAGESTORAGE_AZURE_CONNECTION_STRING";

    /// <summary>The address of its blob service, to sign in without a secret of the account.</summary>
    public const string ServiceVariable = "IMAGESTORAGE_AZURE_SERVICE_URI";

    public static StoreScheme Instance { get; } = new("azure", "azure:CONTAINER", Check, Use, _ => null) { Provider = "AzureBlob" };

    private static string? Check(string location) =>
        location.Split('/')[0].Length == 0 ? $"name the container after 'azure:', such as azure:images; {ConnectionVariable} or {ServiceVariable} names the account"
        : null;

    private static void Use(ImageStorageBuilder builder, string location, StoreAccess access)
    {
        var connection = Environment.GetEnvironmentVariable(ConnectionVariable);
        var service = Environment.GetEnvironmentVariable(ServiceVariable);
        if (string.IsNullOrWhiteSpace(connection) && string.IsNullOrWhiteSpace(service))
        {
            throw new ToolException($"The account of '{location}' is not named: set {ConnectionVariable} to its connection string, or {ServiceVariable} to the address of its blob service, to sign in with the identity of this machine.");
        }

        var uri = default(Uri);
        if (string.IsNullOrWhiteSpace(connection) && !Uri.TryCreate(service, UriKind.Absolute, out uri))
        {
            throw new ToolException($"{ServiceVariable} is not an address: set it to an address such as https://myaccount.blob.core.windows.net.");
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
