using System.Security.Claims;
using ImageStorage.AspNetCore.Tests.Hosting;
using ImageStorage.Testing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageStorage.AspNetCore.Tests;

/// <summary>Who may use the endpoints, and what is refused when they are mapped.</summary>
internal sealed class AccessTests
{
    private const string Boundary = "multipart/form-data; boundary=x";

    // user, method, status.
    [TestCase("", "GET", 401)]
    [TestCase("", "HEAD", 401)]
    [TestCase("", "PUT", 401)]
    [TestCase("", "DELETE", 401)]
    [TestCase("", "PATCH", 401)]
    [TestCase("reader", "GET", 200)]
    [TestCase("reader", "HEAD", 200)]
    [TestCase("reader", "PUT", 403)]
    [TestCase("reader", "DELETE", 403)]
    [TestCase("editor", "GET", 200)]
    [TestCase("editor", "PUT", 200)]
    [TestCase("editor", "DELETE", 204)]
    [TestCase("editor", "PATCH", 405)]
    public async Task Authorized_endpoints_follow_the_policies(string user, string method, int status)
    {
        await using var server = await StartAuthorizedAsync();
        var response = await server.SendAsync(method, "/images/users/editor/a.png", method == "PUT" ? SampleImages.Png() : null, $"X-User: {user}");

        Assert.That(response.Status, Is.EqualTo(status));
        Assert.That(response["Cache-Control"], Is.EqualTo(status == 200 && method != "PUT" ? "private, no-cache" : response["Cache-Control"]));
    }

    [Test]
    public async Task Key_that_a_user_may_not_use_is_403_without_a_call_of_the_store([Values("GET", "PUT", "DELETE")] string method)
    {
        await using var server = await StartAuthorizedAsync();
        server.Calls.Take();
        var response = await server.SendAsync(method, "/images/users/other/a.png", method == "PUT" ? SampleImages.Png() : null, "X-User: editor");

        Assert.That((response.Status, response.Problem), Is.EqualTo((403, "forbidden")));
        Assert.That(server.Calls.Take(), Is.Empty);
    }

    // A browser sends the credentials of the user with a form of any site.
    [TestCase("Sec-Fetch-Site: same-origin", 201)]
    [TestCase("Sec-Fetch-Site: none", 201)]
    [TestCase("Sec-Fetch-Site: same-site", 403)]
    [TestCase("Sec-Fetch-Site: cross-site", 403)]
    [TestCase("Origin: http://images.test", 201)]
    [TestCase("Origin: https://evil.test", 403)]
    [TestCase("Origin: null", 403)]
    [TestCase("X-None: x", 201)]
    public async Task Form_of_another_site_is_refused_where_a_browser_sends_credentials(string header, int status)
    {
        await using var server = await StartAuthorizedAsync();
        byte[] form = [.. "--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.png\"\r\n\r\n"u8, .. SampleImages.Png(), .. "\r\n--x--\r\n"u8];
        var response = await server.SendAsync("POST", "/images/users/editor/b.png", form, $"Content-Type: {Boundary}", "X-User: editor", header);

        Assert.That((response.Status, response.Problem), Is.EqualTo((status, status == 403 ? "cross-site" : string.Empty)), response.Text);
    }

    [Test]
    public void Store_that_is_not_registered_is_refused_when_it_is_mapped() =>
        Assert.ThrowsAsync<InvalidOperationException>(() => ImageServer.StartAsync(configure: options => options.Store = "none"));

    [Test]
    public void Signed_access_without_keys_is_refused_when_it_is_mapped() =>
        Assert.ThrowsAsync<InvalidOperationException>(() => ImageServer.StartAsync(ImageAccess.Signed));

    [Test]
    public void Invalid_pattern_access_and_options_are_refused_when_they_are_mapped()
    {
        Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ImageServer.StartAsync((ImageAccess)7));
        Assert.ThrowsAsync<ArgumentException>(() => ImageServer.StartAsync(app => app.MapImages("/images/{**key}", ImageAccess.Open)));
        Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ImageServer.StartAsync(configure: options => options.MaxUploadLength = 0));
        Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ImageServer.StartAsync(configure: options => options.UploadTimeout = TimeSpan.Zero));
        Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ImageServer.StartAsync(configure: options => options.CacheFor = TimeSpan.FromSeconds(-1)));
    }

    [Test]
    public async Task Endpoints_work_behind_a_path_base_of_the_application_or_of_a_proxy()
    {
        await using var server = await ImageServer.StartAsync(app =>
        {
            app.Use((context, next) =>
            {
                // As the middleware for forwarded headers sets a prefix that the proxy has removed.
                context.Request.PathBase = context.Request.Headers["X-Prefix"].ToString();
                return next(context);
            });
            app.UsePathBase("/app");
            app.UseRouting();
            app.MapImages("/images", ImageAccess.Open, options => options.AllowUpload = true);
        });
        await server.Images.SaveBytesAsync("a/b.png", SampleImages.Png());
        byte[] form = [.. "--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.png\"\r\n\r\n"u8, .. SampleImages.Png(), .. "\r\n--x--\r\n"u8];

        Assert.That((await server.SendAsync("GET", "/images/a/b.png")).Status, Is.EqualTo(200));
        Assert.That((await server.SendAsync("GET", "/app/images/a/b.png")).Status, Is.EqualTo(200));
        Assert.That((await server.SendAsync("GET", "/images/a/b.png", "X-Prefix: /prefix")).Status, Is.EqualTo(200));
        Assert.That((await server.SendAsync("POST", "/app/images", form, $"Content-Type: {Boundary}"))["Location"], Does.StartWith("/app/images/"));
    }

    [Test]
    public async Task Path_that_a_middleware_rewrites_is_400()
    {
        await using var server = await ImageServer.StartAsync(app =>
        {
            app.Use((context, next) =>
            {
                context.Request.Path = "/images/other.png";
                return next(context);
            });
            app.UseRouting();
            app.MapImages("/images", ImageAccess.Open);
        });

        Assert.That((await server.SendAsync("GET", "/images/a.png")).Problem, Is.EqualTo("invalid-path"));
    }

    [Test]
    public async Task Images_are_cached_as_long_as_the_options_say()
    {
        await using var server = await ImageServer.StartAsync(configure: options => options.CacheFor = TimeSpan.FromDays(1));
        await server.Images.SaveBytesAsync("a.png", SampleImages.Png());

        Assert.That((await server.SendAsync("GET", "/images/a.png"))["Cache-Control"], Is.EqualTo("public, max-age=86400"));
    }

    private static async Task<ImageServer> StartAuthorizedAsync()
    {
        var server = await ImageServer.StartAsync(
            app =>
            {
                app.UseAuthentication();
                app.UseAuthorization();
                app.MapImages("/images", ImageAccess.Authorized, options =>
                {
                    (options.AllowUpload, options.AllowDelete, options.WritePolicy) = (true, true, "editors");
                    options.AuthorizeKey = (context, key, action) => ValueTask.FromResult(action == ImageAction.Read && context.User.Identity!.Name == "reader" || key.Value.StartsWith($"users/{context.User.Identity!.Name}/", StringComparison.Ordinal));
                });
            },
            host: builder =>
            {
                builder.Services.AddAuthentication("header").AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>("header", null);
                builder.Services.AddAuthorization(options => options.AddPolicy("editors", policy => policy.RequireUserName("editor")));
            });
        await server.Images.SaveBytesAsync("users/editor/a.png", SampleImages.Png());
        return server;
    }

    private sealed class HeaderAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, System.Text.Encodings.Web.UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Request.Headers["X-User"].ToString() is { Length: > 0 } user
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, user)], "header")), "header"))
            : AuthenticateResult.NoResult());
    }
}
