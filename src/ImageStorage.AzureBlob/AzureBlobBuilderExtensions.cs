using Azure.Core;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using ImageStorage.Registration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageStorage.AzureBlob;

/// <summary>Chooses the Azure Blob provider.</summary>
public static class AzureBlobBuilderExtensions
{
    /// <summary>Keeps the images of the store in a container of Azure Blob Storage.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="connectionString">The connection string of the account; a secret.</param>
    /// <param name="container">The container; created by the first save.</param>
    public static ImageStorageBuilder UseAzureBlob(this ImageStorageBuilder builder, string connectionString, string container) =>
        builder.UseAzureBlob(options => (options.ConnectionString, options.Container) = (connectionString, container));

    /// <summary>Keeps the images of the store in a container of Azure Blob Storage, signing in with a token.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="serviceUri">The blob service of the account, such as <c>https://myaccount.blob.core.windows.net</c>.</param>
    /// <param name="container">The container; created by the first save.</param>
    /// <param name="credential">Who signs in; null for <c>DefaultAzureCredential</c>.</param>
    public static ImageStorageBuilder UseAzureBlob(this ImageStorageBuilder builder, Uri serviceUri, string container, TokenCredential? credential = null) =>
        builder.UseAzureBlob(options => (options.ServiceUri, options.Container, options.Credential) = (serviceUri, container, credential));

    /// <summary>Keeps the images of the store in a container of Azure Blob Storage, through a client of the application's own.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="container">The client; its credential, retries and time limits hold.</param>
    public static ImageStorageBuilder UseAzureBlob(this ImageStorageBuilder builder, BlobContainerClient container) =>
        builder.UseAzureBlob(options => options.ContainerClient = container);

    /// <summary>Keeps the images of the store in a container of Azure Blob Storage.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Sets where and how.</param>
    public static ImageStorageBuilder UseAzureBlob(this ImageStorageBuilder builder, Action<AzureBlobStorageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        return builder.UseProvider(AzureBlobImageProvider.ProviderName, services =>
        {
            var options = new AzureBlobStorageOptions();
            configure(options);
            return Create(services, options);
        });
    }

    /// <summary>
    /// Makes the Azure Blob provider known to configuration, as <c>AzureBlob</c>, with the settings of
    /// <see cref="AzureBlobStorageOptions"/> that are text, numbers and times. With <c>ServiceUri</c>, a
    /// <see cref="TokenCredential"/> among the services signs in, else <c>DefaultAzureCredential</c>.
    /// </summary>
    public static ImageStorageBuilder AddAzureBlobProvider(this ImageStorageBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddProviderType(AzureBlobImageProvider.ProviderName, (services, section) => Create(services, Read(services, section)));
    }

    private static AzureBlobStorageOptions Read(IServiceProvider services, IConfigurationSection section)
    {
        var options = new AzureBlobStorageOptions
        {
            ConnectionString = section["ConnectionString"],
            ServiceUri = section["ServiceUri"] is { } uri ? new Uri(uri, UriKind.RelativeOrAbsolute) : null,
            Container = section["Container"] ?? string.Empty,
            Prefix = section["Prefix"] ?? string.Empty,
            AccessTier = section["AccessTier"] is { } tier ? new AccessTier(tier) : null,
        };
        options.Credential = options.ServiceUri is null ? null : services.GetService<TokenCredential>();
        options.CreateContainerIfMissing = section.GetValue("CreateContainerIfMissing", options.CreateContainerIfMissing);
        options.SingleRequestThreshold = section.GetValue("SingleRequestThreshold", options.SingleRequestThreshold);
        options.BlockLength = section.GetValue("BlockLength", options.BlockLength);
        options.Concurrency = section.GetValue("Concurrency", options.Concurrency);
        options.RequestTimeout = section.GetValue("RequestTimeout", options.RequestTimeout);
        options.MaxRetries = section.GetValue("MaxRetries", options.MaxRetries);
        options.RetryDelay = section.GetValue("RetryDelay", options.RetryDelay);
        options.ReplacedContentRetention = section.GetValue("ReplacedContentRetention", options.ReplacedContentRetention);
        return options;
    }

    private static AzureBlobImageProvider Create(IServiceProvider services, AzureBlobStorageOptions options) =>
        new(options, services.GetService<TimeProvider>(), services.GetService<ILoggerFactory>());
}
