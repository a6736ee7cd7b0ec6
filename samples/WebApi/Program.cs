// Run it:    dotnet run --project samples/WebApi
// Store:     curl -T cat.jpg http://localhost:5000/images/cats/tom.jpg
// Read:      curl -O http://localhost:5000/images/cats/tom.jpg
// Headers:   curl -I http://localhost:5000/images/cats/tom.jpg
// Delete:    curl -X DELETE http://localhost:5000/images/cats/tom.jpg
using ImageStorage;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddImageStorage().UseFileSystem("data/images");

var app = builder.Build();
app.MapImages("/images", ImageAccess.Open, options => (options.AllowUpload, options.AllowDelete) = (true, true));
app.Run();
