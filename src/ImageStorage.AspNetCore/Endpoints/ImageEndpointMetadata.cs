namespace ImageStorage.AspNetCore.Endpoints;

/// <summary>Marks an endpoint that serves images.</summary>
/// <param name="Store">The name of the store.</param>
/// <param name="Access">Who may use the endpoint.</param>
internal sealed record ImageEndpointMetadata(string Store, ImageAccess Access);
