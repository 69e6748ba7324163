'use strict';

// Swagger UI has dark colours, for a page that says that it is dark.
const dark = window.matchMedia('(prefers-color-scheme: dark)');
const paint = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', paint);
paint();

// The description names the server as programs see it; this page asks the one that it came from.
fetch('../v1/openapi.json')
  .then(answer => answer.json())
  .then(description => {
    description.servers = [{url: new URL('../v1', document.baseURI).pathname}];
    SwaggerUIBundle({
      spec: description,
      dom_id: '#ui',
      deepLinking: true,
      docExpansion: 'list',
      defaultModelsExpandDepth: -1,
      validatorUrl: null,
    });
  })
  .catch(failure => {
    document.getElementById('ui').textContent = 'The description of the API cannot be read: ' + failure;
  });
