using Azure.Core;
using Azure.Storage.Blobs;
using ImageStorage;
using ImageStorage.AzureBlob;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Extension methods that choose the Azure Blob provider.</summary>
public static class AzureBlobBuilderExtensions
{
    private static readonly AzureBlobStorageOptionsValidator Validator = new();
    private static readonly ProviderType<AzureBlobStorageOptions> Type = new(AzureBlobImageProvider.ProviderName, Read, Create, Validator);
    private static readonly ProviderType<AzureBlobStorageOptions> ConfiguredType = new(AzureBlobImageProvider.ProviderName, Read, CreateConfigured, Validator);

    /// <summary>Stores images in a container of Azure Blob Storage.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="connectionString">The connection string of the account; a secret.</param>
    /// <param name="container">The container. The first write creates a missing container.</param>
    /// <returns>The builder, for further calls.</returns>
    public static ImageStorageBuilder UseAzureBlob(this ImageStorageBuilder builder, string connectionString, string container) =>
        builder.UseAzureBlob(options => (options.ConnectionString, options.Container) = (connectionString, container));

    /// <summary>Stores images in a container of Azure Blob Storage, with a sign-in by token.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="serviceUri">
    /// The blob service of the account, such as <c>https://myaccount.blob.core.windows.net</c>.
    /// </param>
    /// <param name="container">The container. The first write creates a missing container.</param>
    /// <param name="credential">The credential; null for <c>DefaultAzureCredential</c>.</param>
    /// <returns>The builder, for further calls.</returns>
    public static ImageStorageBuilder UseAzureBlob(this ImageStorageBuilder builder, Uri serviceUri, string container, TokenCredential? credential = null) =>
        builder.UseAzureBlob(options => (options.ServiceUri, options.Container, options.Credential) = (serviceUri, container, credential));

    /// <summary>Stores images in a container of Azure Blob Storage, with a client of the application.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="container">The client, whose credential, retries and timeouts apply.</param>
    /// <returns>The builder, for further calls.</returns>
    public static ImageStorageBuilder UseAzureBlob(this ImageStorageBuilder builder, BlobContainerClient container) =>
        builder.UseAzureBlob(options => options.ContainerClient = container);

    /// <summary>Stores images in a container of Azure Blob Storage.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns>The builder, for further calls.</returns>
    public static ImageStorageBuilder UseAzureBlob(this ImageStorageBuilder builder, Action<AzureBlobStorageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        return builder.UseProvider(Type, configure);
    }

    /// <summary>
    /// Registers the provider type <c>AzureBlob</c> for configuration, with the settings of
    /// <see cref="AzureBlobStorageOptions"/> that are text, numbers, switches and times. With <c>ServiceUri</c>, a
    /// <see cref="TokenCredential"/> among the services signs in; without one, <c>DefaultAzureCredential</c>.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <returns>The builder, for further calls.</returns>
    public static ImageStorageBuilder AddAzureBlobProvider(this ImageStorageBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddProviderType(ConfiguredType);
    }

    private static void Read(SettingsReader reader, AzureBlobStorageOptions options)
    {
        reader.Secret(nameof(options.ConnectionString), value => options.ConnectionString = value, optional: true);
        reader.Address(nameof(options.ServiceUri), value => options.ServiceUri = value, optional: true);
        reader.Text(nameof(options.Container), value => options.Container = value);
        reader.Text(nameof(options.Prefix), value => options.Prefix = value);
        reader.Switch(nameof(options.CreateContainerIfMissing), value => options.CreateContainerIfMissing = value);
        reader.Count(nameof(options.SingleRequestThreshold), value => options.SingleRequestThreshold = value);
        reader.Count(nameof(options.BlockLength), value => options.BlockLength = value);
        reader.Count(nameof(options.Concurrency), value => options.Concurrency = value);
        reader.Time(nameof(options.RequestTimeout), value => options.RequestTimeout = value);
        reader.Count(nameof(options.MaxRetries), value => options.MaxRetries = value);
        reader.Time(nameof(options.RetryDelay), value => options.RetryDelay = value);
        reader.Value(nameof(options.AccessTier), "Hot, Cool or Cold", AzureBlobStorageOptionsValidator.TierOf, value => options.AccessTier = value, optional: true);
        reader.Time(nameof(options.ReplacedContentRetention), value => options.ReplacedContentRetention = value);
    }

    private static AzureBlobImageProvider Create(IServiceProvider services, AzureBlobStorageOptions options) =>
        new(options, services.GetService<TimeProvider>(), services.GetService<ILoggerFactory>());

    private static AzureBlobImageProvider CreateConfigured(IServiceProvider services, AzureBlobStorageOptions options)
    {
        options.Credential ??= options.ServiceUri is null ? null : services.GetService<TokenCredential>();
        return Create(services, options);
    }
}
