using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using ImageStorage.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/http.md, and its session with curl.</summary>
internal sealed partial class HttpSnippets
{
    private const string Address = "http://localhost:5000";
    private const string End = "---end---";
    private static readonly string Secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>
    /// Runs each command of the session, and compares its output; <c>…</c> stands for any text. A <c>sleep</c> advances the
    /// clock of the application.
    /// </summary>
    [Test]
    [Platform(Exclude = "Win", Reason = "The session is for a Unix shell.")]
    public async Task Session_with_curl_prints_what_the_guide_shows()
    {
        using var folder = new TemporaryCurrentFolder();
        await File.WriteAllBytesAsync("cat.png", SampleImages.OfLength(5000));
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));
        await using var app = Create(clock, Secret);
        using var client = await LoopbackApp.StartAsync(app);
        using var shell = Process.Start(new ProcessStartInfo("sh") { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var commands = Session(await File.ReadAllTextAsync(Path.Join(Repository.Root, "docs", "guide", "http.md"))).ToList();

        Assert.That(commands, Has.Count.GreaterThan(8));
        foreach (var (command, expected) in commands)
        {
            if (command.StartsWith("sleep ", StringComparison.Ordinal))
            {
                clock.Advance(TimeSpan.FromSeconds(int.Parse(command[6..], System.Globalization.CultureInfo.InvariantCulture)));
                continue;
            }

            var pattern = string.Join(".*", expected.Split('…').Select(Regex.Escape));
            Assert.That(await RunAsync(shell, command.Replace(Address, client.BaseAddress!.ToString().TrimEnd('/'), StringComparison.Ordinal)), Does.Match($"^{pattern}$"), command);
        }

        shell.StandardInput.Close();
        await shell.WaitForExitAsync();
    }

    private static WebApplication Create(TimeProvider clock, string secret)
    {
        var builder = LoopbackApp.CreateBuilder();
        builder.Services.AddSingleton(clock);

        builder.Services.AddImageStorage()
            .UseFileSystem("data/images")
            .WithSignedUrls(options => options.Keys.Add(new SignedUrlKey("2026-03", secret)));

        var app = builder.Build();

        app.MapImages("/images", ImageAccess.Open, options => (options.AllowUpload, options.AllowDelete) = (true, true));
        app.MapImages("/shared", ImageAccess.Signed);
        app.MapGet("/links/{**key}", async (ImageKey key, IImageUrls urls) => (await urls.CreateAsync(key)).Url.OriginalString);

        return app;
    }

    [Test]
    public async Task Users_use_the_images_below_their_own_folder()
    {
        var builder = LoopbackApp.CreateBuilder();
        builder.Services.AddImageStorage().UseInMemory();
        builder.Services.AddAuthorization();
        builder.Services.AddAuthentication();
        await using var app = builder.Build();

        app.MapImages("/images", ImageAccess.Authorized, options =>
        {
            options.AllowUpload = true;
            options.AuthorizeKey = (context, key, action) =>
                ValueTask.FromResult(key.Value.StartsWith($"users/{context.User.Identity?.Name}/", StringComparison.Ordinal));
        });

        Assert.That(((Microsoft.AspNetCore.Routing.IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task Links_have_options()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory().WithSignedUrls(options =>
        {
            options.BaseUrl = "https://example.com/shared";
            options.Keys.Add(new SignedUrlKey("2026-03", Secret));
        });
        await using var container = services.BuildServiceProvider();
        var (images, urls) = (container.GetRequiredService<IImageStorage>(), container.GetRequiredService<IImageUrls>());
        await images.SaveBytesAsync("cats/tom.png", SampleImages.Png());

        var info = await images.GetInfoAsync("cats/tom.png");
        var link = await urls.CreateAsync("cats/tom.png", new ImageUrlOptions
        {
            ValidFor = TimeSpan.FromHours(1),
            Version = info!.ETag,
            DownloadName = "Tom.png",
        });

        Assert.That(link.Url.OriginalString, Does.StartWith("https://example.com/shared/cats/tom.png?v=1&k=2026-03&e="));
    }

    private static async Task<string> RunAsync(Process shell, string command)
    {
        await shell.StandardInput.WriteLineAsync($"{command}\necho\necho {End}");
        var lines = new List<string>();
        while (await shell.StandardOutput.ReadLineAsync() is { } line && line != End)
        {
            lines.Add(line);
        }

        return string.Join('\n', lines).TrimEnd('\n');
    }

    /// <summary>Returns the commands of the session with their outputs.</summary>
    private static IEnumerable<(string Command, string Output)> Session(string page) =>
        Block().Match(page.ReplaceLineEndings("\n")).Groups[1].Value.Split("\n$ ", StringSplitOptions.RemoveEmptyEntries)
            .Select(text => text.TrimEnd('\n').Split('\n', 2)).Select(lines => (lines[0], lines.Length > 1 ? lines[1] : string.Empty));

    [GeneratedRegex("```console(\n.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
