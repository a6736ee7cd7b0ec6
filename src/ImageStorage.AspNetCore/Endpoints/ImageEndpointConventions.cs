using Microsoft.AspNetCore.Builder;

namespace ImageStorage.AspNetCore.Endpoints;

/// <summary>Adds conventions to all endpoints of one <c>MapImages</c> call.</summary>
internal sealed class ImageEndpointConventions(IReadOnlyList<IEndpointConventionBuilder> builders) : IEndpointConventionBuilder
{
    public void Add(Action<EndpointBuilder> convention)
    {
        foreach (var builder in builders)
        {
            builder.Add(convention);
        }
    }

    public void Finally(Action<EndpointBuilder> finallyConvention)
    {
        foreach (var builder in builders)
        {
            builder.Finally(finallyConvention);
        }
    }
}
