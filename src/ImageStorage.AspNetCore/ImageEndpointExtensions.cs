using System.Diagnostics.CodeAnalysis;
using ImageStorage;
using ImageStorage.AspNetCore.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

// The namespace in which users look for Map… methods.
namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps the endpoints that serve images.</summary>
public static class ImageEndpointExtensions
{
    /// <summary>
    /// Serves the images of a store: a request for <c>/images/cats/tom.jpg</c> returns the image <c>cats/tom.jpg</c>. GET and
    /// HEAD are always allowed; uploads and deletes only with <see cref="ImageEndpointOptions"/>. Every failure is a problem
    /// (RFC 9457) with a stable type.
    /// </summary>
    /// <param name="endpoints">The application, or a group of its routes.</param>
    /// <param name="pattern">The path before the keys, such as <c>/images</c>.</param>
    /// <param name="access">Who may use the endpoints. There is no default.</param>
    /// <param name="configure">Sets the options; null for the defaults.</param>
    /// <returns>A builder that adds conventions to the endpoints, such as a CORS policy or a rate limit.</returns>
    /// <exception cref="ArgumentException">The pattern or an option is not valid.</exception>
    /// <exception cref="InvalidOperationException">The store is not registered, or has no keys for signed
    /// links.</exception>
    public static IEndpointConventionBuilder MapImages(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern, ImageAccess access, Action<ImageEndpointOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        if (!Enum.IsDefined(access))
        {
            throw new ArgumentOutOfRangeException(nameof(access), access, "The access must be a member of ImageAccess.");
        }

        if (pattern.Contains("{*", StringComparison.Ordinal))
        {
            throw new ArgumentException($"The pattern '{pattern}' contains the key already: pass the path before the keys, such as \"/images\".", nameof(pattern));
        }

        var options = new ImageEndpointOptions();
        configure?.Invoke(options);
        options.Validate();
        EnsureRegistered(endpoints.ServiceProvider, access, options.Store);
        return Map(endpoints, $"{pattern.TrimEnd('/')}/{{**imageKey}}", access, options);
    }

    private static ImageEndpointConventions Map(IEndpointRouteBuilder endpoints, string pattern, ImageAccess access, ImageEndpointOptions options)
    {
        var endpoint = new ImageEndpoint(endpoints.ServiceProvider, access, options);
        var metadata = new ImageEndpointMetadata(options.Store, access);

        // Without methods of its own, this endpoint also answers the methods that are not allowed.
        List<IEndpointConventionBuilder> builders = [Describe(endpoints.Map(pattern, endpoint.HandleAsync), "Images: read", options.ReadPolicy)];
        string[] writes = [.. options.AllowUpload ? (string[])[HttpMethods.Put, HttpMethods.Post] : [], .. options.AllowDelete ? (string[])[HttpMethods.Delete] : []];
        if (writes.Length > 0)
        {
            builders.Add(Describe(endpoints.MapMethods(pattern, writes, endpoint.HandleAsync), "Images: write", options.WritePolicy));
        }

        return new ImageEndpointConventions(builders);

        IEndpointConventionBuilder Describe(IEndpointConventionBuilder builder, string name, string? policy)
        {
            builder.WithMetadata(metadata).WithDisplayName(name);
            return access != ImageAccess.Authorized ? builder : policy is null ? builder.RequireAuthorization() : builder.RequireAuthorization(policy);
        }
    }

    private static void EnsureRegistered(IServiceProvider services, ImageAccess access, string store)
    {
        var known = services.GetRequiredService<IServiceProviderIsKeyedService>();
        var name = store.Length == 0 ? string.Empty : $"\"{store}\"";
        if (!known.IsKeyedService(typeof(IImageStorage), store))
        {
            throw new InvalidOperationException($"There is no image store to map: call builder.Services.AddImageStorage({name}) with a Use… method first.");
        }

        if (access == ImageAccess.Signed && !known.IsKeyedService(typeof(IImageUrls), store))
        {
            throw new InvalidOperationException($"The image store has no keys for signed links: call AddImageStorage({name}).WithSignedUrls(options => options.Keys.Add(new SignedUrlKey(\"1\", secret))).");
        }
    }
}
