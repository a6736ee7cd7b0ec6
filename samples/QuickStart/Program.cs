using System.Security.Cryptography;
using ImageStorage;
using Microsoft.Extensions.DependencyInjection;
using QuickStart;

// dotnet run --project samples/QuickStart [-- [FOLDER] [--store STORE]]
if (!Arguments.TryParse(args, out var arguments, out var exitCode))
{
    return exitCode;
}

using var place = StorePlace.For(arguments.Store);
var pictures = arguments.Folder is { } folder ? Pictures.In(folder) : Pictures.Paint();

// One line registers a store, such as services.AddImageStorage().UseFileSystem("data/images"); an application then asks
// for IImageStorage in its constructors.
var services = new ServiceCollection();
place.Use(services.AddImageStorage());
await using var provider = services.BuildServiceProvider();
var images = provider.GetRequiredService<IImageStorage>();

// Save all pictures, several at a time. A refused image does not stop the others: each image has a result of its own. The order of the
// saves varies, so each image gets its creation time here.
var now = TimeProvider.System.GetUtcNow();
var results = await images.SaveManyAsync(pictures.Select((picture, number) =>
    new SaveRequest(picture.Key, _ => ValueTask.FromResult(picture.Open()), new SaveOptions { FileName = picture.FileName, CreatedAt = now.AddMilliseconds(number) })));
var stored = results.Where(result => result.Succeeded).Select(result => result.Key).ToHashSet();
Report.PrintFailures(pictures, results);

if (stored.Count == 0)
{
    // If the store cannot be used, every save has failed, and each result has the reason.
    return Report.Conclude(results, listed: 0, verified: 0);
}

// List the images, the newest first. The loop reads page after page.
var listed = await images.EnumerateAsync().Where(info => stored.Contains(info.Key)).ToListAsync();

// Read each image back, and compare it with its source.
var verified = 0;
foreach (var picture in pictures.Where(picture => stored.Contains(picture.Key)))
{
    await using var image = await images.GetAsync(picture.Key);
    await using var source = picture.Open();
    var expected = await SHA256.HashDataAsync(source);
    var actual = image is null ? [] : await SHA256.HashDataAsync(image.Content);
    if (actual.SequenceEqual(expected))
    {
        verified++;
    }
    else
    {
        Console.Error.WriteLine($"NOT VERIFIED: {picture.Name}");
    }
}

Report.PrintNewest(listed);
Console.WriteLine(place.Description);
return Report.Conclude(results, listed.Count, verified);
