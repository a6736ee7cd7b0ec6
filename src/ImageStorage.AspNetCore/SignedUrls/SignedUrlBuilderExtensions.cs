using ImageStorage;
using ImageStorage.AspNetCore.SignedUrls;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds signed URLs to a store.</summary>
public static class SignedUrlBuilderExtensions
{
    /// <summary>
    /// Adds signed URLs to the store. Registers <see cref="IImageUrls"/>, for a named store with its name as the key.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">
    /// Sets the options; <see langword="null"/> for a store whose provider signs all URLs. A further call adds to the
    /// options.
    /// </param>
    /// <returns>The builder.</returns>
    public static ImageStorageBuilder WithSignedUrls(this ImageStorageBuilder builder, Action<SignedUrlOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var (services, name) = (builder.Services, builder.Name);
        var options = services.AddOptions<SignedUrlOptions>(name).ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SignedUrlOptions>, SignedUrlOptionsValidator>());
        services.TryAddKeyedSingleton<IImageUrls>(name, (provider, _) => new ImageUrls(name, provider));
        if (name.Length == 0)
        {
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IImageUrls>(name));
        }

        return builder;
    }
}
