using System.Net;
using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Testing.NUnit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Tests.Serialization;

/// <summary>What an application with ASP.NET Core needs of the core: keys bound from routes, and the status of a refused body.</summary>
public sealed class WebApplicationTests
{
    private const int BodyLimit = 200_000;

    [Test]
    public async Task Key_is_bound_from_a_route_and_a_bad_key_is_a_bad_request()
    {
        await using var application = await StartAsync(web => web.MapGet("/images/{**key}", (ImageKey key) => Results.Text($"<{key}>")));
        using var client = ClientOf(application);

        Assert.That(await client.GetStringAsync("/images/users/42/a%20b.png"), Is.EqualTo("<users/42/a b.png>"));
        using var bad = await client.GetAsync("/images/a/");
        Assert.That(bad.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
    }

    [Test]
    public async Task Status_of_a_body_that_Kestrel_refuses_reaches_the_application([Values] bool isBatch)
    {
        using var storage = new ImageStorageManager(new InMemoryImageProvider());
        await using var application = await StartAsync(web => web.MapPut("/", async (HttpRequest request) =>
        {
            try
            {
                if (isBatch)
                {
                    var results = await storage.SaveManyAsync([new SaveRequest("a.png", request.Body)]);
                    throw results[0].Error!;
                }

                await storage.SaveAsync("a.png", request.Body);
                return Results.Ok();
            }
            catch (ImageSourceException failure) when (failure.InnerException is BadHttpRequestException refused)
            {
                return Results.StatusCode(refused.StatusCode);
            }
        }));
        using var client = ClientOf(application);

        // Chunked, so that the limit is reached only while the body is read.
        using var content = new StreamContent(new SourceStream(SampleImages.OfLength(BodyLimit * 2)));
        using var response = await client.PutAsync("/", content);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
        Assert.That(await storage.GetInfoAsync("a.png"), Is.Null);
    }

    private static async Task<WebApplication> StartAsync(Action<WebApplication> map)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Limits.MaxRequestBodySize = BodyLimit).UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        map(application);
        await application.StartAsync();
        return application;
    }

    private static HttpClient ClientOf(WebApplication application) =>
        new() { BaseAddress = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
}
